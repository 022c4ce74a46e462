import { DBOS } from '@dbos-inc/dbos-sdk';
import {
  changeDiary as changeRow,
  lockDiary,
  markDiaryDeleted,
  storeDiary as storeRow,
  type DiaryChanges,
  type NewDiary,
} from '../db/diaries/changeDiaries.js';
import type { Db } from '../db/database.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { isAsChanged, refused, type ChangeOutcome } from '../rules/changes.js';
import { may } from '../rules/permissions.js';

const RETRY = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2, shouldRetry: isRetryable };

/** Each of these is one transaction keyed by the diary's id: run twice, the second answers `already`. */
function inOneTransaction(name: string, act: (trx: Db) => Promise<ChangeOutcome>): Promise<ChangeOutcome> {
  return DBOS.runStep(() => ports().db.transaction(act), { name, ...RETRY });
}

export function storeDiary(diary: NewDiary & { requestHash: string }): Promise<ChangeOutcome> {
  return inOneTransaction('storeDiary', async (trx) => {
    const { applied, row } = await storeRow(trx, diary);
    if (row.ownerId !== diary.ownerId)
      return refused('Conflict', `The id ${diary.id} is taken; send another one, or none.`);
    if (row.deletedAt) return refused('Gone', `The diary ${diary.id} was created before and has been deleted.`);
    if (row.requestHash !== diary.requestHash) {
      return refused('IdempotencyKeyReused', `The diary ${diary.id} was created before from another request.`);
    }
    return { outcome: applied ? 'applied' : 'already', version: row.version };
  });
}

export interface DiaryEdit {
  diaryId: string;
  agentId: string;
  expectedVersion?: number | undefined;
  changes: DiaryChanges;
}

export function changeDiary({ diaryId, agentId, expectedVersion, changes }: DiaryEdit): Promise<ChangeOutcome> {
  return inOneTransaction('changeDiary', async (trx) => {
    const diary = await lockDiary(trx, agentId, diaryId);
    if (!diary || diary.deletedAt) {
      return refused('NotFound', `There is no diary ${diaryId} that you may read.`);
    }
    if (!may(diary.role, 'changeDiary')) {
      return refused('Forbidden', `The diary ${diaryId} is not yours to change: ask its owner or a manager.`);
    }
    if (changes.visibility !== undefined && !may(diary.role, 'changeVisibility')) {
      return refused('Forbidden', `Only its owner may change the visibility of the diary ${diaryId}.`);
    }
    const base = expectedVersion ?? diary.version;
    if (isAsChanged(diary, changes) && [base, base + 1].includes(diary.version)) {
      return { outcome: 'already', version: diary.version };
    }
    if (diary.version !== base) {
      return refused('VersionMismatch', `The diary is at version ${diary.version}, not ${base}: read it again.`);
    }
    await changeRow(trx, agentId, diaryId, changes);
    return { outcome: 'applied', version: diary.version + 1 };
  });
}

export interface DiaryRemoval {
  diaryId: string;
  agentId: string;
  expectedVersion?: number | undefined;
}

export function removeDiary({ diaryId, agentId, expectedVersion }: DiaryRemoval): Promise<ChangeOutcome> {
  return inOneTransaction('removeDiary', async (trx) => {
    const diary = await lockDiary(trx, agentId, diaryId);
    const mayDelete = may(diary?.role, 'deleteDiary');
    if (!diary || (diary.deletedAt && !mayDelete)) {
      return refused('NotFound', `There is no diary ${diaryId} that you may read.`);
    }
    if (!mayDelete) return refused('Forbidden', `Only its owner may delete the diary ${diaryId}.`);
    if (diary.deletedAt) return { outcome: 'already', version: diary.version };
    if (expectedVersion !== undefined && expectedVersion !== diary.version) {
      return refused('VersionMismatch', `The diary is at version ${diary.version}, not ${expectedVersion}.`);
    }
    await markDiaryDeleted(trx, agentId, diaryId);
    return { outcome: 'applied', version: diary.version };
  });
}
