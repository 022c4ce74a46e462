import type { Db } from '../database.js';
import { DIARY_COLUMNS, type Diary } from './diary.js';

/** The diary, where the agent may read it; what may not be read answers as what is not there. */
export async function findDiary(db: Db, agentId: string, diaryId: string): Promise<Diary | undefined> {
  return db('diaries').where({ id: diaryId, owner_id: agentId }).whereNull('deleted_at').first(DIARY_COLUMNS);
}

/** The diaries an agent may read, newest first. */
export async function listDiaries(
  db: Db,
  agentId: string,
  { before, limit }: { before?: { createdAt: string; id: string } | undefined; limit: number },
): Promise<Diary[]> {
  const query = db('diaries').where('owner_id', agentId).whereNull('deleted_at');
  if (before) void query.whereRaw('(created_at, id) < (?::timestamptz, ?::uuid)', [before.createdAt, before.id]);
  return query
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit)
    .select(DIARY_COLUMNS);
}

/** The ids of every diary an agent may read: the scope of its searches and of its event stream. */
export async function listReadableDiaryIds(db: Db, agentId: string): Promise<string[]> {
  return db('diaries').where('owner_id', agentId).whereNull('deleted_at').orderBy('id').pluck('id');
}
