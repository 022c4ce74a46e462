import type { Db } from './database.js';

/** Whoever has `relation` to the object; the object itself where `relation` is empty. */
export interface SetRow {
  namespace: string;
  object: string;
  relation: string;
}

/** A tuple of the embedded identity server. */
export interface TupleRow extends SetRow {
  subject_namespace: string;
  subject_object: string;
  subject_relation: string;
}

const KEY = [
  'namespace',
  'object',
  'relation',
  'subject_namespace',
  'subject_object',
  'subject_relation',
] as const satisfies (keyof TupleRow)[];
const KEY_SQL = KEY.join(', ');
const RECORDS = `jsonb_to_recordset(cast(:tuples as jsonb)) as r(${KEY.map((name) => `${name} text`).join(', ')})`;

/** Adds and removes tuples, all or none; what is there already, or not there, is left so. */
export async function changeTuples(db: Db, changes: { insert: TupleRow[]; remove: TupleRow[] }): Promise<void> {
  await db.transaction(async (trx) => {
    // In the order of the key, so that two changes at once wait for each other and never in a circle.
    await trx.raw(
      `insert into relation_tuples (${KEY_SQL}) select ${KEY_SQL} from ${RECORDS} order by ${KEY_SQL} on conflict do nothing`,
      { tuples: JSON.stringify(changes.insert) },
    );
    await trx.raw(`delete from relation_tuples where (${KEY_SQL}) in (select ${KEY_SQL} from ${RECORDS})`, {
      tuples: JSON.stringify(changes.remove),
    });
  });
}

export async function deleteTuples(db: Db, filter: Partial<TupleRow>): Promise<void> {
  await db('relation_tuples').where(filter).delete();
}

/** The tuples that have what the filter names, in the order of the key, after a place. */
export async function listTuples(
  db: Db,
  filter: Partial<TupleRow>,
  { after, limit }: { after: TupleRow | undefined; limit: number },
): Promise<TupleRow[]> {
  const query = db<TupleRow>('relation_tuples')
    .where(filter)
    .orderBy([...KEY])
    .limit(limit);
  if (after) {
    void query.whereRaw(
      `(${KEY_SQL}) > (${KEY.map(() => '?').join(', ')})`,
      KEY.map((name) => after[name]),
    );
  }
  return query.select(...KEY);
}

/**
 * One step of a check: whether the subject is in one of the relations itself, and the sets that are in them, up to a limit
 * for each relation and one for all.
 */
export async function followRelations(
  db: Db,
  relations: SetRow[],
  { subject, perRelation, inAll }: { subject: SetRow; perRelation: number; inAll: number },
): Promise<{ found: boolean; sets: (SetRow & { within: SetRow })[] }> {
  const { rows } = await db.raw<{ rows: (TupleRow & { found: boolean })[] }>(
    `with relations as (
       select * from jsonb_to_recordset(cast(:relations as jsonb)) as r(namespace text, object text, relation text)
     )
     select true as found, t.* from relations r join relation_tuples t using (namespace, object, relation)
     where t.subject_namespace = :namespace and t.subject_object = :object and t.subject_relation = :relation
     union all
     (select false as found, t.* from relations r cross join lateral (
        select * from relation_tuples t
        where (t.namespace, t.object, t.relation) = (r.namespace, r.object, r.relation) and t.subject_relation <> ''
        limit :perRelation
      ) t limit :inAll)`,
    { relations: JSON.stringify(relations), ...subject, perRelation, inAll },
  );
  const sets = rows.filter((row) => !row.found).map((row) => ({ ...subjectOf(row), within: row }));
  return { found: rows.some((row) => row.found), sets };
}

/** Who is in each of the sets, in order, up to a limit in all. */
export async function listSubjects(
  db: Db,
  sets: SetRow[],
  limit: number,
): Promise<{ within: SetRow; subject: SetRow }[]> {
  const { rows } = await db.raw<{ rows: TupleRow[] }>(
    `select t.* from jsonb_to_recordset(cast(:sets as jsonb)) as r(namespace text, object text, relation text)
     join relation_tuples t using (namespace, object, relation) order by ${KEY_SQL} limit :limit`,
    { sets: JSON.stringify(sets), limit },
  );
  return rows.map((row) => ({ within: row, subject: subjectOf(row) }));
}

function subjectOf(row: TupleRow): SetRow {
  return { namespace: row.subject_namespace, object: row.subject_object, relation: row.subject_relation };
}
