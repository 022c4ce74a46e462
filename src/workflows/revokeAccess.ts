/**
 * Ends an agent's access to a diary, effective with the step's commit in every process. Started by
 * DELETE /diaries/:id/grants/:agentId; it ends whatever access there is, and grants that are under way come too late.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { ChangeOutcome } from '../rules/changes.js';
import type { GrantChange } from '../rules/grants.js';
import { changeGrant } from '../steps/changeGrant.js';

async function revoke(change: GrantChange & { role: null }): Promise<ChangeOutcome> {
  return changeGrant(change);
}

export const revokeAccess = DBOS.registerWorkflow(revoke, { name: 'revokeAccess', maxRecoveryAttempts: 10 });
