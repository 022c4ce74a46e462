import { followedBy, quoteRoles } from './access.js';
import type { Db } from './database.js';

/** An outbox row that has its place, as event streams carry it. */
export interface OutboxEvent {
  pos: number;
  kind: string;
  diaryId: string | null;
  subjectId: string;
  at: Date;
  data: Record<string, unknown>;
}

/** Its owner hears of a diary also after it was deleted; what belongs to no diary, the agent itself. */
const OWNER = 'coalesce(d.owner_id, o.agent_id)';

/** The last place given. */
export async function findHead(db: Db): Promise<number> {
  const row = (await db('outbox_head').first('pos')) as { pos: string } | undefined;
  return Number(row?.pos ?? 0);
}

const AGENT = 'cast(:agentId as uuid)';

/** Who has access is told to those who may ask for it, and to the one whom it concerns. */
const MAY_HEAR = `f.role is not null and (
  o.kind not like 'grant.%' or o.subject_id = ${AGENT} or f.role in (${quoteRoles('share')}))`;

/** The next events for an agent after a place, in order. Places are given in commit order, so none can appear before one seen. */
export async function listEventsAfter(
  db: Db,
  agentId: string,
  { after, limit }: { after: number; limit: number },
): Promise<OutboxEvent[]> {
  const { rows } = await db.raw<{ rows: (Omit<OutboxEvent, 'pos'> & { pos: string })[] }>(
    `select o.pos, o.kind, o.diary_id as "diaryId", o.subject_id as "subjectId", o.at, o.data
     from outbox o left join diaries d on d.id = o.diary_id
     left join (${followedBy(AGENT)}) f on f.id = o.diary_id
     where o.pos > :after and (${OWNER} = ${AGENT} or (${MAY_HEAR})) order by o.pos limit :limit`,
    { after, agentId, limit },
  );
  return rows.map((row) => ({ ...row, pos: Number(row.pos) }));
}

/** Which agents may have events after a place, and the last place looked at: at most `limit` rows further. */
export async function findReadersAfter(
  db: Db,
  { after, limit }: { after: number; limit: number },
): Promise<{ head: number; agentIds: string[] }> {
  const { rows } = await db.raw<{ rows: [{ head: string | null; agentIds: string[] | null }] }>(
    `select max(o.pos) as head, array_agg(distinct listener) as "agentIds"
     from (select pos, diary_id, agent_id from outbox where pos > :after order by pos limit :limit) o
     left join diaries d on d.id = o.diary_id
     cross join lateral (
       select ${OWNER}::text as listener
       union all select g.agent_id::text from diary_grants g where g.diary_id = o.diary_id and g.role is not null) l`,
    { after, limit },
  );
  return { head: Number(rows[0].head ?? after), agentIds: rows[0].agentIds ?? [] };
}
