import type { Db } from '../db/database.js';
import { findActiveModel, type EmbeddingModelRow } from '../db/embeddings/models.js';
import type { Embedder } from '../ports/embedder.js';
import { failureMessage } from '../errors.js';

/** A query's vector with the model that it may be compared under, or why there is none: words are searched then. */
export type EmbeddedQuery =
  { vector: Float32Array; modelId: number; model: string; semantic: boolean } | { vector: undefined; reason: string };

export interface QueryEmbedding {
  embed(text: string): Promise<EmbeddedQuery>;
}

/** Far above what a query takes (3 to 20 ms), far below what a caller waits for: a model that loads takes longer. */
const QUERY_TIMEOUT_MS = 400;
/** Another process may switch the model; a search may use the former one for this long. */
const MODEL_TTL_MS = 2_000;

/**
 * Embeds queries with the model whose vectors are complete. While a new model's vectors are being computed that is the
 * former one, if one of these embedders is it.
 */
export function createQueryEmbedding(db: Db, embedders: Embedder[]): QueryEmbedding {
  let known: { row: EmbeddingModelRow | undefined; until: number } = { row: undefined, until: 0 };

  async function activeModel(): Promise<EmbeddingModelRow | undefined> {
    if (performance.now() > known.until) {
      known = { row: await findActiveModel(db), until: performance.now() + MODEL_TTL_MS };
    }
    return known.row;
  }

  return {
    async embed(text) {
      const row = await activeModel();
      if (!row) return { vector: undefined, reason: 'The first vectors are still being computed.' };
      const embedder = embedders.find(({ model }) => model?.fingerprint === row.fingerprint);
      if (!embedder) {
        return { vector: undefined, reason: `The model ${row.name}, whose vectors are complete, is not loaded here.` };
      }
      try {
        const vector = await embedder.embedQuery(text, { signal: AbortSignal.timeout(QUERY_TIMEOUT_MS) });
        return { vector, modelId: row.id, model: row.name, semantic: row.semantic };
      } catch (error) {
        return { vector: undefined, reason: failureMessage(error) };
      }
    },
  };
}
