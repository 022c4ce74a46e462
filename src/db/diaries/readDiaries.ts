import type { Role } from '../../rules/permissions.js';
import { followedBy, mayIn, roleIn } from '../access.js';
import type { Db } from '../database.js';
import { DIARY_COLUMNS, type Diary } from './diary.js';

/** A diary with what the agent who asks is in it. */
export interface ReadableDiary extends Diary {
  role: Role;
}

const AGENT = 'cast(:agentId as uuid)';

/** The diary, where the agent may read it; what may not be read answers as what is not there. */
export async function findDiary(db: Db, agentId: string, diaryId: string): Promise<ReadableDiary | undefined> {
  return db('diaries as d')
    .where('d.id', diaryId)
    .whereRaw(mayIn('read', 'd', AGENT), { agentId })
    .first({ ...DIARY_COLUMNS, role: db.raw(roleIn('d', AGENT), { agentId }) });
}

export interface DiaryListing {
  /** Only those in which the agent has this role. */
  role?: Exclude<Role, 'visitor'> | undefined;
  before?: { createdAt: string; id: string } | undefined;
  limit: number;
}

/** The diaries that an agent follows (its own, and those it was granted), newest first. */
export async function listDiaries(db: Db, agentId: string, listing: DiaryListing): Promise<ReadableDiary[]> {
  const { role, before, limit } = listing;
  const query = db('diaries as d').joinRaw(`join (${followedBy(AGENT)}) f on f.id = d.id`, { agentId });
  if (role) void query.where('f.role', role);
  if (before) void query.whereRaw('(d.created_at, d.id) < (?::timestamptz, ?::uuid)', [before.createdAt, before.id]);
  return query
    .orderBy([
      { column: 'd.created_at', order: 'desc' },
      { column: 'd.id', order: 'desc' },
    ])
    .limit(limit)
    .select({ ...DIARY_COLUMNS, role: 'f.role' });
}

/** The ids of every diary that an agent follows: what it searches where it names no diary. */
export async function listFollowedDiaryIds(db: Db, agentId: string): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(`select id from (${followedBy(AGENT)}) f order by id`, {
    agentId,
  });
  return rows.map(({ id }) => id);
}

/** Which of these diaries the agent may read, for whatever reason. */
export async function listReadableDiaryIds(db: Db, agentId: string, diaryIds: string[]): Promise<string[]> {
  return db('diaries as d')
    .whereRaw('d.id = any(cast(? as uuid[]))', [diaryIds])
    .whereRaw(mayIn('read', 'd', AGENT), { agentId })
    .orderBy('d.id')
    .pluck('d.id');
}
