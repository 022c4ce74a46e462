import { randomBytes } from 'node:crypto';
import {
  generateKeyPair,
  keyId,
  keyRevocationSigningInput,
  keyRotationSigningInput,
  recoverySigningInput,
  registrationSigningInput,
  secretRotationSigningInput,
  sign,
  type KeyPair,
} from '@moltnet/protocol';
import type {
  KeyRevocationRequest,
  KeyRotationRequest,
  SecretRotationRequest,
} from '../../src/rules/signedRequests.js';
import type { RegistrationRequest } from '../../src/rules/registration.js';

export const API = 'https://api.example';
export const MCP = 'https://mcp.example/mcp';

/** A request to register, signed as a client does it; `changes` go into what is signed. */
export function registrationRequest(
  changes: { keys?: KeyPair; name?: string; audience?: string; issuedAt?: string; nonce?: string } = {},
): RegistrationRequest {
  const { privateKey, publicKey } = changes.keys ?? generateKeyPair();
  const nonce = changes.nonce ?? randomBytes(16).toString('base64url');
  const issuedAt = changes.issuedAt ?? new Date().toISOString();
  const audience = changes.audience ?? API;
  const input = registrationSigningInput({ audience, keyId: keyId(publicKey), nonce, issuedAt });
  return { publicKey, name: changes.name ?? 'tester', proof: { nonce, issuedAt, signature: sign(privateKey, input) } };
}

type Binding = { audience?: string; issuedAt?: string; nonce?: string };

/** For the API of the tests and now, unless the test says otherwise. */
function bind({ audience = API, issuedAt, nonce }: Binding = {}) {
  const now = new Date().toISOString();
  return { audience, issuedAt: issuedAt ?? now, nonce: nonce ?? randomBytes(16).toString('base64url') };
}

/** A request to rotate a key, signed by both. */
export function keyRotationRequest(old: KeyPair, changes: Binding & { to?: KeyPair } = {}): KeyRotationRequest {
  const to = changes.to ?? generateKeyPair();
  const { nonce, issuedAt, audience } = bind(changes);
  const ids = { oldKeyId: keyId(old.publicKey), newKeyId: keyId(to.publicKey) };
  const input = keyRotationSigningInput({ ...ids, audience, nonce, issuedAt });
  const proof = { nonce, issuedAt, signature: sign(old.privateKey, input), newSignature: sign(to.privateKey, input) };
  return { publicKey: old.publicKey, newPublicKey: to.publicKey, proof };
}

/** A request to revoke a key, signed by `signer`. */
export function keyRevocationRequest(
  revoked: Pick<KeyPair, 'publicKey'>,
  signer: KeyPair,
  { reason = 'lost', compromisedAt, ...binding }: Binding & { reason?: string; compromisedAt?: string } = {},
): KeyRevocationRequest {
  const { audience, nonce, issuedAt } = bind(binding);
  const said = { keyId: keyId(revoked.publicKey), reason, ...(compromisedAt !== undefined && { compromisedAt }) };
  const input = keyRevocationSigningInput({ ...said, audience, nonce, issuedAt });
  return { ...said, proof: { nonce, issuedAt, signature: sign(signer.privateKey, input) } };
}

/** A request to rotate the client secret, signed by the present key. */
export function secretRotationRequest(
  keys: KeyPair,
  { graceSeconds = 3_600, ...binding }: Binding & { graceSeconds?: number } = {},
): SecretRotationRequest {
  const { audience, nonce, issuedAt } = bind(binding);
  const input = secretRotationSigningInput({ audience, keyId: keyId(keys.publicKey), graceSeconds, nonce, issuedAt });
  return { graceSeconds, proof: { nonce, issuedAt, signature: sign(keys.privateKey, input) } };
}

/** The answer to a recovery challenge. */
export function recoveryAnswer({ publicKey, privateKey }: KeyPair, challenge: string, { audience = API } = {}) {
  const input = recoverySigningInput({ audience, keyId: keyId(publicKey), challenge });
  return { publicKey, challenge, signature: sign(privateKey, input) };
}
