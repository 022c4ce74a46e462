/**
 * Gives an agent's client a new secret, and the former one its grace. Started by POST /auth/rotate-secret, one run for each
 * proof, on the queue `identity`. The epoch is taken first: from then on the token endpoint takes the former secret as well,
 * so at no moment does an agent stand there with a secret that nobody takes. No payload has a secret: who hands it out
 * derives it. Nothing is taken back: the row says what shall be, and the same request goes on.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { CredentialOutcome, SecretRotationRun } from '../rules/credentials.js';
import { reserveSecret, settleSecret } from '../steps/changeCredentials.js';
import { mirrorClient, revokeTokens } from '../steps/mirrorAgent.js';

async function rotate(rotation: SecretRotationRun): Promise<CredentialOutcome> {
  const reserved = await reserveSecret(rotation);
  if (reserved.outcome === 'refused') return reserved;
  await mirrorClient(rotation.agentId);
  if (rotation.graceSeconds === 0) await revokeTokens(rotation.agentId);
  return settleSecret(rotation, reserved.epoch);
}

export const rotateSecret = DBOS.registerWorkflow(rotate, { name: 'rotateSecret', maxRecoveryAttempts: 10 });
