/**
 * Deletes a diary: unreadable at once, then its entries are erased in batches, with the payloads of the runs about
 * them. Started by DELETE /diaries/:id; each batch finds what is left, so a run that is repeated goes on.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { ChangeOutcome } from '../rules/changes.js';
import { removeDiary, type DiaryRemoval } from '../steps/changeDiary.js';
import { eraseSomeOfDiary } from '../steps/eraseEntries.js';
import { scrubRuns } from '../steps/scrubRuns.js';

async function remove(removal: DiaryRemoval): Promise<ChangeOutcome> {
  const outcome = await removeDiary(removal);
  if (outcome.outcome === 'refused') return outcome;
  let erased = await eraseSomeOfDiary(removal.diaryId, removal.agentId);
  while (erased.length > 0) {
    await scrubRuns(erased);
    erased = await eraseSomeOfDiary(removal.diaryId, removal.agentId);
  }
  return outcome;
}

export const deleteDiary = DBOS.registerWorkflow(remove, { name: 'deleteDiary', maxRecoveryAttempts: 10 });
