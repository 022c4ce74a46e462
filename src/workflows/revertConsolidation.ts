/**
 * Takes a consolidation back: its sources are active again, its successors are tombstones. Started by
 * POST /consolidations/:id/revert; keyed by the consolidation.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { revertRun, type Reversion, type ReversionOutcome } from '../steps/revertConsolidation.js';
import { scrubRuns } from '../steps/scrubRuns.js';

async function revert(reversion: Reversion): Promise<ReversionOutcome> {
  const outcome = await revertRun(reversion);
  if (outcome.outcome !== 'refused') await scrubRuns(outcome.successors);
  return outcome;
}

export const revertConsolidation = DBOS.registerWorkflow(revert, {
  name: 'revertConsolidation',
  maxRecoveryAttempts: 10,
});
