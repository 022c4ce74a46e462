/** Changes a diary's name, description or visibility. Started by PATCH /diaries/:id; compare-and-set on the version. */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { ChangeOutcome } from '../rules/changes.js';
import { changeDiary, type DiaryEdit } from '../steps/changeDiary.js';

async function update(edit: DiaryEdit): Promise<ChangeOutcome> {
  return changeDiary(edit);
}

export const updateDiary = DBOS.registerWorkflow(update, { name: 'updateDiary', maxRecoveryAttempts: 10 });
