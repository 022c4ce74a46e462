import { DBOS } from '@dbos-inc/dbos-sdk';
import { eraseEntries as eraseRows } from '../db/entries/eraseEntry.js';
import { isConsolidated, takeBack } from '../db/consolidation/takeBack.js';
import type { Db } from '../db/database.js';
import { lockEntry, type LockedEntry } from '../db/entries/reviseEntry.js';
import { listUnerasedEntryIds } from '../db/diaries/changeDiaries.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { refused, type ChangeOutcome } from '../rules/changes.js';
import { mayChangeEntry } from '../rules/permissions.js';

export interface Erasure {
  entryId: string;
  agentId: string;
  reason: string;
  /** If-Match, where the caller sent it. */
  expectedVersion?: number | undefined;
}

const RETRY = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2, shouldRetry: isRetryable };

/** Erases an entry's text everywhere in the application's tables. Run twice, the second answers `already`. */
export function eraseEntry(erasure: Erasure): Promise<ChangeOutcome> {
  return DBOS.runStep(() => ports().db.transaction((trx) => erase(trx, erasure)), { name: 'eraseEntry', ...RETRY });
}

async function erase(trx: Db, erasure: Erasure): Promise<ChangeOutcome> {
  const entry = await lockEntry(trx, erasure.agentId, erasure.entryId);
  if (!entry) return refused('NotFound', `There is no entry ${erasure.entryId} that you may read.`);
  if (!mayChangeEntry(entry.role, entry.authorId === erasure.agentId)) {
    return refused('Forbidden', `The entry ${erasure.entryId} is not yours to delete: ask its author, or a manager.`);
  }
  if (entry.erasedAt) return { outcome: 'already', version: entry.version };
  if (erasure.expectedVersion !== undefined && erasure.expectedVersion !== entry.version) {
    return refused('VersionMismatch', `The entry is at version ${entry.version}, not ${erasure.expectedVersion}.`);
  }
  await eraseRows(trx, { ids: [entry.id], actorId: erasure.agentId, reason: erasure.reason });
  await takeBackMadeOf(trx, entry, erasure.agentId);
  return { outcome: 'applied', version: entry.version };
}

/** What consolidation made of the text quotes it, so it goes with it, and the other sources are active again. */
async function takeBackMadeOf(trx: Db, { supersededBy }: LockedEntry, actorId: string): Promise<void> {
  if (supersededBy === null || !(await isConsolidated(trx, supersededBy))) return;
  await takeBack(trx, { successorIds: [supersededBy], actorId, reason: 'a source of it was deleted' });
}

const BATCH = 500;

/** Erases up to 500 entries of a deleted diary and answers their ids; an empty answer means that none is left. */
export function eraseSomeOfDiary(diaryId: string, agentId: string): Promise<string[]> {
  return DBOS.runStep(
    () =>
      ports().db.transaction(async (trx) => {
        const ids = await listUnerasedEntryIds(trx, diaryId, BATCH);
        return eraseRows(trx, { ids, actorId: agentId, reason: 'the diary was deleted' });
      }),
    { name: 'eraseSomeOfDiary', ...RETRY },
  );
}
