/**
 * Ends a key for good. Started by POST /auth/revoke-key (signed) and by operators; as often as one likes, the first one
 * counts. Without its present key an agent is disabled: at once in every process by its row, at the identity service soon
 * after.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { CredentialOutcome, KeyEnd } from '../rules/credentials.js';
import { endKey } from '../steps/changeCredentials.js';
import { startMirror } from './triggers.js';

async function revoke(end: KeyEnd): Promise<CredentialOutcome> {
  const outcome = await endKey(end);
  if (outcome.outcome !== 'refused') await startMirror(end.agentId);
  return outcome;
}

export const revokeKey = DBOS.registerWorkflow(revoke, { name: 'revokeKey', maxRecoveryAttempts: 10 });
