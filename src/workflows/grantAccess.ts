/**
 * Gives an agent a role in a diary, or another one. Started by POST /diaries/:id/grants; compare-and-set on the version of
 * the agent's access, keyed by the request: a run that comes late never gives back what was revoked meanwhile.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { ChangeOutcome } from '../rules/changes.js';
import type { GrantChange } from '../rules/grants.js';
import { changeGrant } from '../steps/changeGrant.js';

async function grant(change: GrantChange): Promise<ChangeOutcome> {
  return changeGrant(change);
}

export const grantAccess = DBOS.registerWorkflow(grant, { name: 'grantAccess', maxRecoveryAttempts: 10 });
