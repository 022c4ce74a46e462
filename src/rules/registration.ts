import { createHash } from 'node:crypto';
import { fingerprint, keyId, registrationSigningInput } from '@moltnet/protocol';
import { agentIdOf } from './agentId.js';
import { checkFresh, checkSignature, type SignedProof } from './proof.js';

export interface RegistrationRequest {
  publicKey: string;
  name: string;
  proof: SignedProof;
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
  /** Where registration is closed: what is used up by it. */
  invitationId?: string;
}

export type RegistrationOutcome =
  | { outcome: 'registered'; requestHash: string }
  | { outcome: 'refused'; reason: 'Conflict' | 'Forbidden'; message: string };

/** The agent that a request is about. Throws InvalidInput for a key that is malformed, weak, or of mixed order. */
export function describeNewAgent(
  { publicKey, name, proof }: RegistrationRequest,
  { role, audience, invitationId }: Pick<NewAgent, 'role' | 'audience' | 'invitationId'>,
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
    ...(invitationId !== undefined && { invitationId }),
  };
}

/** Checks that the caller holds the key, meant this server, and says so now. Throws InvalidInput, which names the field. */
export function checkRegistration(
  { publicKey, proof }: Pick<RegistrationRequest, 'publicKey' | 'proof'>,
  { audience, now }: { audience: string; now: Date },
): void {
  const { nonce, issuedAt, signature } = proof;
  const input = registrationSigningInput({ audience, keyId: keyId(publicKey), nonce, issuedAt });
  checkFresh(issuedAt, now);
  checkSignature({ publicKey, input, signature }, { audience });
}
