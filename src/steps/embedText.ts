import { DBOS } from '@dbos-inc/dbos-sdk';
import { failTask, findTextToEmbed, storeEmbedding, type EmbeddingTask } from '../db/embeddings/tasks.js';
import { ports } from '../ports/index.js';
import { passageText } from '../rules/passageText.js';

/** applied: the vector is stored. refused: the entry was edited or erased meanwhile, so its vector has no place. */
export type EmbedOutcome = 'applied' | 'refused';

/**
 * Computes an entry's vector and stores it under the guard of the text's hash: a pure computation with a guarded write,
 * so that no vector lands in a step's output. Run twice, it computes again and stores the same row.
 */
export function embedText(task: EmbeddingTask, { maxAttempts }: { maxAttempts: number }): Promise<EmbedOutcome> {
  return DBOS.runStep(() => embed(task), {
    name: 'embedText',
    retriesAllowed: maxAttempts > 1,
    maxAttempts,
    intervalSeconds: 0.5,
    backoffRate: 2,
  });
}

async function embed({ entryId, textHash }: EmbeddingTask): Promise<EmbedOutcome> {
  const { db, embedder, modelId } = ports();
  const text = await findTextToEmbed(db, entryId);
  if (text?.textHash !== textHash) return 'refused';
  const { vector, truncated } = await embedder.embedPassage(passageText(text));
  return storeEmbedding(db, { entryId, modelId: modelId(), textHash, truncated, vector });
}

/** Marks the entry's embedding as failed, visible to its readers. A text that came later keeps its own task. */
export function failEmbedding(task: EmbeddingTask, error: string): Promise<'applied' | 'refused'> {
  return DBOS.runStep(() => failTask(ports().db, { ...task, error }), {
    name: 'failEmbedding',
    retriesAllowed: true,
    maxAttempts: 3,
  });
}
