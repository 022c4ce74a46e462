/**
 * Gives an agent that holds its key fresh client credentials, and ends all that was given out before. Started by
 * POST /recovery/verify, one run for each request, on the queue `identity`. The challenge is used up in the last step's
 * transaction: a recovery that fails on the way has cost nothing, and of two with one challenge one succeeds. No payload has
 * a secret: who hands it out derives it.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { CredentialOutcome, RecoveryRun } from '../rules/credentials.js';
import { beginRecovery, endRecovery } from '../steps/changeCredentials.js';
import { mirrorClient, revokeTokens } from '../steps/mirrorAgent.js';

async function recover(recovery: RecoveryRun): Promise<CredentialOutcome> {
  const begun = await beginRecovery(recovery);
  if (begun.outcome === 'refused') return begun;
  await mirrorClient(recovery.agentId);
  await revokeTokens(recovery.agentId);
  return endRecovery(recovery, begun.epoch);
}

export const recoverAgent = DBOS.registerWorkflow(recover, { name: 'recoverAgent', maxRecoveryAttempts: 10 });
