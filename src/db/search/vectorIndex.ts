import { openDatabase, type Db } from '../database.js';

export interface VectorIndex {
  name: string;
  /** As the planner knows it: rows at the last vacuum or analyze. */
  vectors: number;
}

/** The model's HNSW index, if it has one that may be used (one whose building was cut off may not). */
export async function findVectorIndex(db: Db, modelId: number): Promise<VectorIndex | undefined> {
  const index = await findIndex(db, modelId);
  return index?.valid ? { name: index.name, vectors: Math.max(0, index.vectors) } : undefined;
}

/**
 * Builds the model's HNSW index without blocking writes, about 0.3 ms a vector, on a connection of its own without a time
 * limit. Run again it answers `already`, or `running` while another call builds; what a cut-off build left is dropped first.
 */
export async function createVectorIndex(
  databaseUrl: string,
  modelId: number,
): Promise<'applied' | 'already' | 'running'> {
  const db = openDatabase(databaseUrl, { max: 1, statementTimeoutMs: 0 });
  try {
    const name = nameOf(modelId);
    const index = await findIndex(db, modelId);
    if (index?.valid) return 'already';
    if (index && (await isBuilding(db, name))) return 'running';
    if (index) await db.raw('drop index concurrently if exists ??', [name]);
    await db.raw('create index concurrently ?? on ?? using hnsw (embedding vector_cosine_ops)', [
      name,
      `entry_embeddings_${modelId}`,
    ]);
    return 'applied';
  } finally {
    await db.destroy();
  }
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

const nameOf = (modelId: number): string => `entry_embeddings_${modelId}_hnsw`;

async function findIndex(db: Db, modelId: number): Promise<(VectorIndex & { valid: boolean }) | undefined> {
  const { rows } = await db.raw<{ rows: (VectorIndex & { valid: boolean })[] }>(
    `select :name as name, x.indisvalid as valid, t.reltuples::float8 as vectors
       from pg_index x join pg_class t on t.oid = x.indrelid where x.indexrelid = to_regclass(:name)`,
    { name: nameOf(modelId) },
  );
  return rows[0];
}

async function isBuilding(db: Db, name: string): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    'select 1 from pg_stat_progress_create_index where index_relid = to_regclass(?)',
    [name],
  );
  return rows.length > 0;
}
