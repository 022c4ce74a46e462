import type { Db } from '../database.js';

/** Those of the entries that have no vector of the model: just written, just edited, or failed. */
export async function listUnembedded(db: Db, modelId: number, ids: string[]): Promise<Set<string>> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `select id from unnest(?::uuid[]) as id
     where not exists (select 1 from entry_embeddings v where v.model_id = ? and v.entry_id = id)`,
    [ids, modelId],
  );
  return new Set(rows.map((row) => row.id));
}
