/**
 * Gives an agent a new key. Started by POST /auth/rotate-key, one run for each proof; of two at once the row decides. When
 * the step is done the old key has ended everywhere; the identity service hears of it afterwards, so that a stolen key can
 * be replaced while that service is away. Fingerprint, key id and client stay.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { CredentialOutcome, KeyReplacement } from '../rules/credentials.js';
import { replaceKey } from '../steps/changeCredentials.js';
import { startMirror } from './triggers.js';

async function rotate(change: KeyReplacement): Promise<CredentialOutcome> {
  const outcome = await replaceKey(change);
  if (outcome.outcome !== 'refused') await startMirror(change.agentId);
  return outcome;
}

export const rotateKey = DBOS.registerWorkflow(rotate, { name: 'rotateKey', maxRecoveryAttempts: 10 });
