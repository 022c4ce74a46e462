import {
  keyId,
  keyRevocationSigningInput,
  keyRotationSigningInput,
  parsePublicKey,
  secretRotationSigningInput,
  verify,
} from '@moltnet/protocol';
import { AppError } from '../errors.js';
import { checkFresh, checkSignature, hashOfSigned, type SignedProof } from './proof.js';

/** For whom a proof was made, and when it is now. */
export interface Here {
  audience: string;
  now: Date;
}

export interface KeyRotationRequest {
  publicKey: string;
  newPublicKey: string;
  proof: SignedProof & { newSignature: string };
}

/**
 * Checks that the caller holds both keys, meant this server, and says so now. Throws InvalidInput, which names the field; also
 * for a new key that is malformed, weak or of mixed order, and for one that is the old one.
 */
export function checkKeyRotation(
  { publicKey, newPublicKey, proof }: KeyRotationRequest,
  { audience, now }: Here,
): { oldKeyId: string; newKeyId: string; requestHash: string } {
  parsePublicKey(newPublicKey, 'newPublicKey');
  const [oldKeyId, newKeyId] = [keyId(publicKey), keyId(newPublicKey)];
  if (oldKeyId === newKeyId) {
    throw new AppError('InvalidInput', 'newPublicKey is the old key: make another one.', { field: 'newPublicKey' });
  }
  const { nonce, issuedAt, signature, newSignature } = proof;
  const input = keyRotationSigningInput({ audience, oldKeyId, newKeyId, nonce, issuedAt });
  checkFresh(issuedAt, now);
  checkSignature({ publicKey, input, signature }, { audience });
  checkSignature(
    { publicKey: newPublicKey, input, signature: newSignature },
    { audience, field: 'proof.newSignature' },
  );
  return { oldKeyId, newKeyId, requestHash: hashOfSigned(input) };
}

export interface KeyRevocationRequest {
  keyId: string;
  reason: string;
  compromisedAt?: string | undefined;
  proof: SignedProof;
}

/** Checks that one of these keys has signed: the one that ends, or the agent's present one. Throws InvalidInput. */
export function checkKeyRevocation(
  { keyId: id, reason, compromisedAt, proof }: KeyRevocationRequest,
  signers: string[],
  { audience, now }: Here,
): void {
  const { nonce, issuedAt, signature } = proof;
  const input = keyRevocationSigningInput({ audience, keyId: id, reason, compromisedAt, nonce, issuedAt });
  checkFresh(issuedAt, now);
  if (signers.some((publicKey) => verify(publicKey, input, signature))) return;
  throw new AppError(
    'InvalidInput',
    `signature is neither by the key that is to end nor by its agent's present key, over moltnet:revoke-key:v1 for the audience ${audience}.`,
    { field: 'proof.signature' },
  );
}

/** A compromise that lies in the future is no knowledge but a mistake. */
export function checkCompromise(compromisedAt: string | undefined, now: Date): void {
  if (compromisedAt === undefined || Date.parse(compromisedAt) <= now.getTime()) return;
  throw new AppError('InvalidInput', `compromisedAt is in the future: it is ${now.toISOString()} here.`, {
    field: 'compromisedAt',
  });
}

export interface SecretRotationRequest {
  graceSeconds: number;
  proof: SignedProof;
}

/** Checks that the caller, known by a token, holds the agent's present key too. Throws InvalidInput. */
export function checkSecretRotation(
  { graceSeconds, proof }: SecretRotationRequest,
  publicKey: string,
  { audience, now }: Here,
): { requestHash: string } {
  const { nonce, issuedAt, signature } = proof;
  const input = secretRotationSigningInput({ audience, keyId: keyId(publicKey), graceSeconds, nonce, issuedAt });
  checkFresh(issuedAt, now);
  checkSignature({ publicKey, input, signature }, { audience });
  return { requestHash: hashOfSigned(input) };
}
