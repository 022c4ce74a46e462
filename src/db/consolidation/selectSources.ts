import type { ConsolidationLimits } from '../../rules/consolidation/run.js';
import type { Source } from '../../rules/consolidation/source.js';
import type { Db } from '../database.js';

/** What a run saw of a source: while this hash is its hash, it is unchanged. */
export interface RunInput {
  id: string;
  contentHash: string;
}

/** The newest episodic entries of a diary that nothing supersedes and no tag pins. */
export async function selectInputs(trx: Db, diaryId: string, limits: ConsolidationLimits): Promise<RunInput[]> {
  const { rows } = await trx.raw<{ rows: RunInput[] }>(
    `select id, content_hash as "contentHash" from entries
     where diary_id = :diaryId and type = 'episodic' and erased_at is null and superseded_by is null
       and not tags && cast(:pinned as text[])
     order by created_at desc, id desc limit :window`,
    { diaryId, pinned: limits.pinnedTags, window: limits.window },
  );
  return rows;
}

export interface StoredSource extends Source {
  contentHash: string;
  supersededBy: string | null;
}

interface SourceRow extends Omit<StoredSource, 'createdAt' | 'vector'> {
  createdAt: Date;
  vector: string | null;
}

/**
 * The sources as they are now, without those that were erased; `lock` holds them until the transaction ends, in the
 * order of their ids, as everywhere where one transaction locks several.
 */
export async function loadSources(
  db: Db,
  ids: string[],
  { modelId, lock = false }: { modelId: number; lock?: boolean },
): Promise<StoredSource[]> {
  const { rows } = await db.raw<{ rows: SourceRow[] }>(
    `select e.id, e.title, e.content, e.tags, e.importance, e.created_at as "createdAt", e.text_hash as "textHash",
       e.similarity_sketch as sketch, e.similarity_facts as facts, e.content_hash as "contentHash",
       e.superseded_by as "supersededBy",
       (select v.embedding::text from entry_embeddings v
        where v.entry_id = e.id and v.model_id = :modelId and v.chunk = 0 and v.text_hash = e.text_hash) as vector
     from entries e where e.id = any(:ids) and e.erased_at is null
     order by e.id ${lock ? 'for update of e' : ''}`,
    { ids, modelId },
  );
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.getTime(),
    vector: row.vector === null ? null : Float32Array.from(JSON.parse(row.vector) as number[]),
  }));
}
