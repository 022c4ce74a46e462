import type { Db } from '../database.js';

export interface VectorIndex {
  name: string;
  /** As the planner knows it: rows at the last vacuum or analyze. */
  vectors: number;
}

/** The model's HNSW index, if it has one that may be used (one whose building was cut off may not). */
export async function findVectorIndex(db: Db, modelId: number): Promise<VectorIndex | undefined> {
  const [index] = await listVectorIndexes(db, modelId);
  return index?.valid ? { name: index.name, vectors: Math.max(0, index.vectors) } : undefined;
}

/**
 * Builds the model's HNSW index without blocking writes (concurrently, so not in a transaction), about 0.3 ms a vector.
 * Run again it answers `already`; what a cut-off build left is dropped first. The caller sees to it that only one runs.
 */
export async function createVectorIndex(db: Db, modelId: number): Promise<'applied' | 'already'> {
  const [index] = await listVectorIndexes(db, modelId);
  if (index?.valid) return 'already';
  if (index) await db.raw('drop index concurrently if exists ??', [index.name]);
  const partition = `entry_embeddings_${Number(modelId)}`;
  const client = (await db.client.acquireConnection()) as unknown;
  try {
    await db.raw('set statement_timeout = 0').connection(client);
    await db
      .raw('create index concurrently ?? on ?? using hnsw (embedding vector_cosine_ops)', [
        `${partition}_hnsw`,
        partition,
      ])
      .connection(client);
  } finally {
    await db.raw('reset statement_timeout').connection(client);
    await db.client.releaseConnection(client);
  }
  return 'applied';
}

/** Models with more vectors than an exact search should read, and no index: what `createVectorIndex` is due for. */
export async function listModelsToIndex(db: Db, from: number): Promise<number[]> {
  const models = (await db('embedding_models').whereNot('state', 'retired').select('id')) as { id: number }[];
  const due: number[] = [];
  for (const { id } of models) {
    const some = db('entry_embeddings')
      .where('model_id', id)
      .select(db.raw('1'))
      .limit(from + 1)
      .as('some');
    const [count] = (await db(some).count({ vectors: '*' })) as { vectors: string }[];
    if (Number(count?.vectors) > from && !(await findVectorIndex(db, id))) due.push(id);
  }
  return due;
}

async function listVectorIndexes(db: Db, modelId: number) {
  const { rows } = await db.raw<{ rows: { name: string; valid: boolean; vectors: number }[] }>(
    `select i.relname as name, x.indisvalid as valid, t.reltuples::float8 as vectors
       from pg_index x join pg_class i on i.oid = x.indexrelid join pg_am a on a.oid = i.relam
       join pg_class t on t.oid = x.indrelid
      where t.oid = to_regclass(?) and a.amname = 'hnsw'`,
    [`entry_embeddings_${Number(modelId)}`],
  );
  return rows;
}
