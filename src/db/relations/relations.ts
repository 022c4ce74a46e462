import type { NewRelation, RelationStatus, RelationType } from '../../rules/relation.js';
import { mayIn } from '../access.js';
import type { Db } from '../database.js';

/** What one entry says about another; the hashes are those of both at that time. */
export interface Relation {
  id: string;
  fromId: string;
  toId: string;
  type: RelationType;
  status: RelationStatus | 'deleted';
  evidence: Record<string, unknown>;
  fromHash: string;
  toHash: string;
  createdBy: string;
  requestHash: string;
  createdAt: Date;
  updatedAt: Date;
}

const COLUMNS = `r.id, r.from_id as "fromId", r.to_id as "toId", r.type, r.status, r.evidence, r.from_hash as "fromHash",
  r.to_hash as "toHash", r.created_by as "createdBy", r.request_hash as "requestHash", r.created_at as "createdAt",
  r.updated_at as "updatedAt"`;

/** Both ends must be readable: a relation tells of both. */
const READABLE = `
  from entry_relations r
    join entries ef on ef.id = r.from_id join diaries df on df.id = ef.diary_id
    join entries et on et.id = r.to_id join diaries dt on dt.id = et.diary_id
  where r.status <> 'deleted' and ${mayIn('read', 'df', 'cast(:agentId as uuid)')} and ${mayIn('read', 'dt', 'cast(:agentId as uuid)')}`;

/** Relations of an entry, in both directions, oldest first; those to entries that the agent may not read are not there. */
export async function listRelations(db: Db, agentId: string, entryId: string): Promise<Relation[]> {
  const { rows } = await db.raw<{ rows: Relation[] }>(
    `select ${COLUMNS} ${READABLE} and (r.from_id = :entryId or r.to_id = :entryId) order by r.created_at, r.id limit 1000`,
    { agentId, entryId },
  );
  return rows;
}

export async function findReadableRelation(db: Db, agentId: string, id: string): Promise<Relation | undefined> {
  const { rows } = await db.raw<{ rows: Relation[] }>(`select ${COLUMNS} ${READABLE} and r.id = :id`, { agentId, id });
  return rows[0];
}

/** Whosever it is. */
export async function findRelation(db: Db, id: string): Promise<Relation | undefined> {
  const sql = `select ${COLUMNS} from entry_relations r where r.id = ?`;
  return (await db.raw<{ rows: Relation[] }>(sql, [id])).rows[0];
}

/** As findRelation, locked until the transaction ends. */
export async function lockRelation(trx: Db, id: string): Promise<Relation | undefined> {
  const sql = `select ${COLUMNS} from entry_relations r where r.id = ? for update`;
  return (await trx.raw<{ rows: Relation[] }>(sql, [id])).rows[0];
}

/** False where the one entry says this about the other already. */
export async function insertRelation(
  trx: Db,
  relation: NewRelation & { fromHash: string; toHash: string },
): Promise<boolean> {
  const rows = await trx('entry_relations')
    .insert({
      id: relation.id,
      from_id: relation.fromId,
      to_id: relation.toId,
      type: relation.type,
      status: relation.status,
      evidence: JSON.stringify(relation.evidence),
      from_hash: relation.fromHash,
      to_hash: relation.toHash,
      created_by: relation.agentId,
      request_hash: relation.requestHash,
      created_at: relation.createdAt,
      updated_at: relation.createdAt,
    })
    .onConflict(trx.raw(`(from_id, to_id, type) where status <> 'deleted'`) as never)
    .ignore()
    .returning<unknown[]>('id');
  return rows.length > 0;
}

export async function updateRelation(
  trx: Db,
  id: string,
  {
    status,
    evidence,
  }: { status?: RelationStatus | 'deleted' | undefined; evidence?: Record<string, unknown> | undefined },
): Promise<void> {
  await trx('entry_relations')
    .where('id', id)
    .update({
      ...(status && { status }),
      ...(evidence && { evidence: JSON.stringify(evidence) }),
      updated_at: trx.fn.now(),
    });
}

/** Tells what became of a relation, where its first entry is. */
export async function addRelationEvent(
  trx: Db,
  kind: 'relation.created' | 'relation.changed' | 'relation.deleted',
  {
    agentId,
    diaryId,
    relation,
  }: { agentId: string; diaryId: string; relation: Pick<Relation, 'id' | 'fromId' | 'toId' | 'type'> },
): Promise<void> {
  const { id, fromId, toId, type } = relation;
  const data = JSON.stringify({ fromId, toId, type });
  await trx('outbox').insert({ kind, agent_id: agentId, diary_id: diaryId, subject_id: id, data });
}
