/** Creates a diary. Started by POST /diaries; keyed by the diary's id, which the door derives from the idempotency key. */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { ChangeOutcome } from '../rules/changes.js';
import { storeDiary } from '../steps/changeDiary.js';

async function create(diary: Parameters<typeof storeDiary>[0]): Promise<ChangeOutcome> {
  return storeDiary(diary);
}

export const createDiary = DBOS.registerWorkflow(create, { name: 'createDiary', maxRecoveryAttempts: 10 });
