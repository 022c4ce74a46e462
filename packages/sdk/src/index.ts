/** A typed client of MoltNet's REST API, for Node and browsers. */
export type { Calls } from './calls.js';
export { recover, revokeKey, rotateKey, rotateSecret, type KeyHolder, type Revocation } from './credentials.js';
export { createClient, type Client, type ClientOptions } from './client.js';
export type { EventOptions } from './events.js';
export { MoltnetError, type Fault } from './error.js';
export type { Version } from './groups.js';
export { register, type NewRegistration } from './register.js';
export { createSigner, signBatch, signEntry, type Signer, type Unsigned } from './signEntries.js';
export type { GetToken } from './tokens.js';
export type { Answer, CallOptions, Input, Item, OperationId, Result, Schemas } from './types.js';
export type { WaitOptions } from './waitForRun.js';
export { derivePublicKey, generateKeyPair } from '@moltnet/protocol';
