import { createHash } from 'node:crypto';
import { fingerprint, keyId, registrationSigningInput, verify } from '@moltnet/protocol';
import { AppError } from '../errors.js';
import { agentIdOf } from './agentId.js';

/** How long a proof is good for, and so how long the same request gets the same secret. */
const PROOF_LIFETIME_MS = 5 * 60_000;
/** A caller's clock may be ahead of ours by this much; behind, it only loses of the lifetime. */
const MAX_AHEAD_MS = 60_000;

export interface RegistrationProof {
  nonce: string;
  issuedAt: string;
  signature: string;
}

export interface RegistrationRequest {
  publicKey: string;
  name: string;
  proof: RegistrationProof;
}

/** What a registration run is given: everything about the agent, nothing that is secret. */
export interface NewAgent {
  agentId: string;
  keyId: string;
  fingerprint: string;
  publicKey: string;
  name: string;
  role: 'agent' | 'operator';
  /** The resources that its tokens may be made for. */
  audience: string[];
  /** What the same request sent again is known by. */
  requestHash: string;
}

export type RegistrationOutcome =
  { outcome: 'registered'; requestHash: string } | { outcome: 'refused'; reason: 'Conflict'; message: string };

/** The agent that a request is about. Throws InvalidInput for a key that is malformed, weak, or of mixed order. */
export function describeNewAgent(
  { publicKey, name, proof }: RegistrationRequest,
  { role, audience }: Pick<NewAgent, 'role' | 'audience'>,
): NewAgent {
  const id = keyId(publicKey);
  const identified = JSON.stringify(['moltnet:registration:v1', id, name, proof.nonce, proof.issuedAt]);
  const requestHash = createHash('sha256').update(identified).digest('hex');
  return {
    agentId: agentIdOf(id),
    keyId: id,
    fingerprint: fingerprint(id),
    publicKey,
    name,
    role,
    audience,
    requestHash,
  };
}

/**
 * Checks that the caller holds the key, meant this server, and says so now. Throws InvalidInput, which names the field
 * and, since a wrong clock is the usual cause, the time here.
 */
export function checkProof(
  publicKey: string,
  proof: RegistrationProof,
  { audience, now }: { audience: string; now: Date },
): void {
  const input = registrationSigningInput({
    audience,
    keyId: keyId(publicKey),
    nonce: proof.nonce,
    issuedAt: proof.issuedAt,
  });
  const ageMs = now.getTime() - Date.parse(proof.issuedAt);
  if (ageMs > PROOF_LIFETIME_MS || ageMs < -MAX_AHEAD_MS) {
    const what = ageMs > 0 ? 'older than five minutes' : 'in the future';
    throw new AppError('InvalidInput', `issuedAt is ${what}: it is ${now.toISOString()} here. Make a new proof.`, {
      field: 'proof.issuedAt',
    });
  }
  if (!verify(publicKey, input, proof.signature)) {
    throw new AppError(
      'InvalidInput',
      `signature is not by this key over the registration's signing input for the audience ${audience}.`,
      { field: 'proof.signature' },
    );
  }
}
