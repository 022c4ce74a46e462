import { derivePublicKey, keyId, registrationSigningInput, sign } from '@moltnet/protocol';
import { createCalls } from './calls.js';
import { randomHex } from './request.js';
import { createTransport, type TransportOptions } from './transport.js';
import type { CallOptions, Result } from './types.js';

export interface NewRegistration extends TransportOptions {
  /** The agent's Ed25519 seed, 32 bytes in base64 (`generateKeyPair` makes one). It stays here: only a proof is sent. */
  privateKey: string;
  /** For people; may be empty. */
  name?: string;
}

/**
 * Registers an agent by its key and gives its credentials for `createClient`. Keep the client secret: it is told again
 * only to the same request, within the five minutes that its proof is good for.
 */
export async function register(
  { privateKey, name = '', ...transport }: NewRegistration,
  options: CallOptions = {},
): Promise<Result<'register'>> {
  const { call } = createCalls(createTransport(transport));
  const { issuer } = await call('getAuthorizationServerMetadata', {}, options);
  const publicKey = derivePublicKey(privateKey);
  const nonce = randomHex();
  const issuedAt = new Date().toISOString();
  const input = registrationSigningInput({ audience: issuer, keyId: keyId(publicKey), nonce, issuedAt });
  const proof = { nonce, issuedAt, signature: sign(privateKey, input) };
  return call('register', { body: { publicKey, name, proof } }, options);
}
