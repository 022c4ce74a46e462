import {
  derivePublicKey,
  keyId,
  keyRevocationSigningInput,
  keyRotationSigningInput,
  secretRotationSigningInput,
  sign,
} from '@moltnet/protocol';
import { createCalls, type Calls } from './calls.js';
import { bindTo, makeBinding } from './proof.js';
import { createTransport, type TransportOptions } from './transport.js';
import type { CallOptions, Result } from './types.js';

export interface KeyHolder extends TransportOptions {
  /** The agent's present Ed25519 seed, 32 bytes in base64. It stays here: only signatures are sent. */
  privateKey: string;
}

/**
 * Gives the agent a new key; the old one ends at once. Keep the new seed before this is called: when the answer gets lost, the
 * server may have taken it all the same.
 */
export async function rotateKey(
  { privateKey, newPrivateKey, ...transport }: KeyHolder & { newPrivateKey: string },
  options: CallOptions = {},
): Promise<Result<'rotateKey'>> {
  const { call, binding } = await bindTo(transport, options);
  const { audience, ...signed } = binding;
  const [publicKey, newPublicKey] = [derivePublicKey(privateKey), derivePublicKey(newPrivateKey)];
  const ids = { oldKeyId: keyId(publicKey), newKeyId: keyId(newPublicKey) };
  const input = keyRotationSigningInput({ audience, ...ids, ...signed });
  const proof = { ...signed, signature: sign(privateKey, input), newSignature: sign(newPrivateKey, input) };
  return call('rotateKey', { body: { publicKey, newPublicKey, proof } }, options);
}

/** What is said of a key that ends for good. */
export interface Revocation {
  /** The key that ends: the signing one, which disables the agent, or one of before. */
  keyId: string;
  reason: string;
  /** From when on somebody else may have had it: RFC 3339, UTC with milliseconds. */
  compromisedAt?: string;
}

export async function revokeKey(
  { privateKey, keyId: revoked, reason, compromisedAt, ...transport }: KeyHolder & Revocation,
  options: CallOptions = {},
): Promise<Result<'revokeKey'>> {
  const { call, binding } = await bindTo(transport, options);
  const { audience, ...signed } = binding;
  const said = { keyId: revoked, reason, ...(compromisedAt !== undefined && { compromisedAt }) };
  const input = keyRevocationSigningInput({ audience, ...said, ...signed });
  return call('revokeKey', { body: { ...said, proof: { ...signed, signature: sign(privateKey, input) } } }, options);
}

/**
 * Gives the caller's client a new secret; the former one stays good for the grace (a day). `client` acts as the agent:
 * a token and a signature by the key are needed both.
 */
export async function rotateSecret(
  { call }: Pick<Calls, 'call'>,
  { privateKey, graceSeconds = 86_400 }: { privateKey: string; graceSeconds?: number },
  options: CallOptions = {},
): Promise<Result<'rotateSecret'>> {
  const { audience, ...signed } = await makeBinding(call, options);
  const id = keyId(derivePublicKey(privateKey));
  const input = secretRotationSigningInput({ audience, keyId: id, graceSeconds, ...signed });
  const proof = { ...signed, signature: sign(privateKey, input) };
  return call('rotateSecret', { body: { graceSeconds, proof } }, options);
}

/** Gives fresh credentials to who has the key, and ends all former ones. */
export async function recover(
  { privateKey, ...transport }: KeyHolder,
  options: CallOptions = {},
): Promise<Result<'recover'>> {
  const { call } = createCalls(createTransport(transport));
  const publicKey = derivePublicKey(privateKey);
  const { challenge, signingInput } = await call('requestRecovery', { body: { publicKey } }, options);
  const signature = sign(privateKey, checkedInput(signingInput, { publicKey, challenge }));
  return call('recover', { body: { publicKey, challenge, signature } }, options);
}

/** A server that hands out bytes to sign could hand out those of something else: only a recovery of this key is signed. */
function checkedInput(
  signingInput: string,
  { publicKey, challenge }: { publicKey: string; challenge: string },
): string {
  const input = atob(signingInput);
  const lines = input.split('\n');
  const isRecovery = lines[0] === 'moltnet:recover:v1' && lines[2] === keyId(publicKey) && lines[3] === challenge;
  if (isRecovery && lines.length === 4) return input;
  throw new Error('The server gave something else to sign than a recovery of this key.');
}
