import { DBOS } from '@dbos-inc/dbos-sdk';
import { lockEntry, replaceVersion, type LockedEntry } from '../db/entries/reviseEntry.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { isAsChanged, refused, type ChangeOutcome, type EntryEdit } from '../rules/changes.js';
import { mayChangeEntry } from '../rules/permissions.js';
import { digestEntry } from '../rules/entryDigest.js';

/**
 * Brings an entry from the version that the editor saw to the next. Run twice, or sent twice, the second finds the
 * next version as it would make it and answers `already`; any other version is refused with the current number.
 */
export function reviseEntry(edit: EntryEdit): Promise<ChangeOutcome> {
  return DBOS.runStep(() => ports().db.transaction((trx) => revise(trx, edit)), {
    name: 'reviseEntry',
    retriesAllowed: true,
    maxAttempts: 5,
    intervalSeconds: 0.2,
    shouldRetry: isRetryable,
  });
}

async function revise(trx: Parameters<typeof lockEntry>[0], edit: EntryEdit): Promise<ChangeOutcome> {
  const entry = await lockEntry(trx, edit.agentId, edit.entryId);
  if (!entry) return refused('NotFound', `There is no entry ${edit.entryId} that you may read.`);
  if (!mayChangeEntry(entry.role, entry.authorId === edit.agentId)) {
    return refused('Forbidden', `The entry ${edit.entryId} is not yours to edit: ask its author, or a manager.`);
  }
  if (entry.erasedAt) return refused('Gone', `The entry ${edit.entryId} has been deleted.`);
  if (edit.expectedVersion !== undefined && entry.version !== edit.expectedVersion) return refuseOrRepeat(entry, edit);
  if (entry.signature !== null) return refused('EntrySigned', describeSigned(entry.id));
  if (isAsChanged(entry, edit.changes)) return { outcome: 'already', version: entry.version };
  await replaceVersion(trx, edit.agentId, revisionOf(entry, edit));
  return { outcome: 'applied', version: entry.version + 1 };
}

const describeSigned = (id: string): string =>
  `The entry ${id} is signed, so it stays as it is: send a signed successor with the edit, or write a new entry that supersedes it.`;

function refuseOrRepeat(entry: LockedEntry, edit: EntryEdit): ChangeOutcome {
  const isOurs = entry.version - 1 === edit.expectedVersion && isAsChanged(entry, edit.changes);
  if (isOurs) return { outcome: 'already', version: entry.version };
  return refused(
    'VersionMismatch',
    `The entry is at version ${entry.version}, not ${edit.expectedVersion}: read it again and repeat your change on it.`,
  );
}

function revisionOf(entry: LockedEntry, edit: EntryEdit): Parameters<typeof replaceVersion>[2] {
  const state = {
    id: entry.id,
    type: edit.changes.type ?? entry.type,
    title: edit.changes.title ?? entry.title ?? '',
    content: edit.changes.content ?? entry.content ?? '',
    tags: edit.changes.tags ?? entry.tags ?? [],
    importance: edit.changes.importance ?? entry.importance,
    salt: edit.salt,
    authorKeyId: edit.authorKeyId,
    revisedAt: edit.revisedAt,
  };
  return { ...state, ...digestEntry({ ...state, diaryId: entry.diaryId }, edit.revisedAt) };
}
