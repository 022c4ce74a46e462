/**
 * Starts a consolidation for every diary that is due by its policy, each a run of its own: none waits for another. Started
 * by the clock; what is due is found by rows, so a tick that was missed is made up for by the next.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { findDue } from '../steps/findDue.js';
import { uuidOfHash } from '../rules/uuidOfHash.js';
import { sha256Hex } from '@moltnet/protocol';
import { consolidateDiary } from './consolidateDiary.js';

async function consolidateAllDue(scheduledFor: Date): Promise<void> {
  const at = scheduledFor.toISOString();
  for (const { diaryId, policy } of await findDue()) {
    const { window, minSize, maxSize, pinnedTags } = policy;
    // The same in a second attempt of this tick, so that a crash between two starts doubles none.
    const runId = uuidOfHash(sha256Hex(`moltnet:consolidation:v1\n${diaryId}\n${at}`));
    await DBOS.startWorkflow(consolidateDiary, {
      workflowID: `consolidate-${runId}`,
      queueName: 'consolidation',
      workflowAttributes: { diaries: [diaryId] },
    })({ runId, diaryId, requestedBy: null, dryRun: false, limits: { window, minSize, maxSize, pinnedTags }, at });
  }
}

export const consolidateDue = DBOS.registerWorkflow(consolidateAllDue, {
  name: 'consolidateDue',
  maxRecoveryAttempts: 5,
});
