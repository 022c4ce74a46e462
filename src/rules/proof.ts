import { createHash } from 'node:crypto';
import { verify } from '@moltnet/protocol';
import { AppError } from '../errors.js';

/** How long a proof is good for, and so how long the same request gets the same answer. */
const PROOF_LIFETIME_MS = 5 * 60_000;
/** A caller's clock may be ahead of ours by this much; behind, it only loses of the lifetime. */
const MAX_AHEAD_MS = 60_000;

/** What every proof brings: the signature covers nonce and time, and what the proof is about. */
export interface SignedProof {
  nonce: string;
  issuedAt: string;
  signature: string;
}

/** Throws InvalidInput with the time here, since a wrong clock is the usual cause. */
export function checkFresh(issuedAt: string, now: Date): void {
  const ageMs = now.getTime() - Date.parse(issuedAt);
  if (ageMs <= PROOF_LIFETIME_MS && ageMs >= -MAX_AHEAD_MS) return;
  const what = ageMs > 0 ? 'older than five minutes' : 'in the future';
  throw new AppError('InvalidInput', `issuedAt is ${what}: it is ${now.toISOString()} here. Make a new proof.`, {
    field: 'proof.issuedAt',
  });
}

/** Throws InvalidInput that names the field and the audience, which is what callers get wrong most. */
export function checkSignature(
  { publicKey, input, signature }: { publicKey: string; input: string; signature: string },
  { field = 'proof.signature', audience }: { field?: string; audience: string },
): void {
  if (verify(publicKey, input, signature)) return;
  const [purpose] = input.split('\n');
  const name = field.slice(field.lastIndexOf('.') + 1);
  throw new AppError('InvalidInput', `${name} is not by this key over ${purpose} for the audience ${audience}.`, {
    field,
  });
}

/** What the same request sent again is known by: the hash of what was signed. */
export function hashOfSigned(input: string): string {
  return createHash('sha256').update(input).digest('hex');
}
