import type { Role } from '../../rules/permissions.js';
import { roleIn } from '../access.js';
import type { Db } from '../database.js';
import { DIARY_COLUMNS, type Diary } from './diary.js';

export interface NewDiary {
  id: string;
  ownerId: string;
  name: string;
  description: string;
  visibility: Diary['visibility'];
  createdAt: string;
}

/** The row that carries the id after the call, whoever wrote it; `applied` says whether this call did. */
export interface DiaryRow extends Diary {
  requestHash: string;
  deletedAt: Date | null;
}

const ROW = { ...DIARY_COLUMNS, requestHash: 'd.request_hash', deletedAt: 'd.deleted_at' } as const;

/** Stores a diary with its event; an id that is taken is left as it is, and its row is answered. */
export async function storeDiary(
  trx: Db,
  diary: NewDiary & { requestHash: string },
): Promise<{ applied: boolean; row: DiaryRow }> {
  const inserted = (await trx('diaries')
    .insert({
      id: diary.id,
      owner_id: diary.ownerId,
      name: diary.name,
      description: diary.description,
      visibility: diary.visibility,
      request_hash: diary.requestHash,
      created_at: diary.createdAt,
      updated_at: diary.createdAt,
    })
    .onConflict('id')
    .ignore()
    .returning('id')) as { id: string }[];
  const applied = inserted.length > 0;
  if (applied) await addDiaryEvent(trx, 'diary.created', diary.ownerId, diary.id);
  const row = (await trx('diaries as d').where('d.id', diary.id).first(ROW)) as unknown as DiaryRow;
  return { applied, row };
}

/** The diary, deleted or not, locked until the transaction ends; undefined for whom it is not there, deleted or not. */
export async function lockDiary(
  trx: Db,
  agentId: string,
  diaryId: string,
): Promise<(DiaryRow & { role: Role }) | undefined> {
  const role = roleIn('d', 'cast(:agentId as uuid)');
  return trx('diaries as d')
    .where('d.id', diaryId)
    .whereRaw(`${role} is not null`, { agentId })
    .forUpdate('d')
    .first({ ...ROW, role: trx.raw(role, { agentId }) });
}

export type DiaryChanges = { [K in 'name' | 'description' | 'visibility' | 'policy']?: Diary[K] | undefined };

/** Changes a diary in the caller's transaction, which holds the row's lock, and adds the event. */
export async function changeDiary(trx: Db, agentId: string, diaryId: string, changes: DiaryChanges): Promise<void> {
  await trx('diaries')
    .where('id', diaryId)
    .update({ ...changes, version: trx.raw('version + 1'), updated_at: trx.fn.now() });
  await addDiaryEvent(trx, 'diary.changed', agentId, diaryId);
}

/** Makes the diary unreadable at once; its entries are erased after, in batches. */
export async function markDiaryDeleted(trx: Db, agentId: string, diaryId: string): Promise<void> {
  await trx('diaries').where('id', diaryId).update({ deleted_at: trx.fn.now(), name: 'deleted', description: '' });
  await addDiaryEvent(trx, 'diary.deleted', agentId, diaryId);
}

/** Up to `limit` entries of a deleted diary that still have their text. */
export async function listUnerasedEntryIds(db: Db, diaryId: string, limit: number): Promise<string[]> {
  return db('entries').where('diary_id', diaryId).whereNull('erased_at').limit(limit).pluck('id');
}

async function addDiaryEvent(trx: Db, kind: string, agentId: string, diaryId: string): Promise<void> {
  await trx('outbox').insert({ kind, agent_id: agentId, diary_id: diaryId, subject_id: diaryId });
}
