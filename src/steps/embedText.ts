import { DBOS } from '@dbos-inc/dbos-sdk';
import {
  failTask,
  findTextsToEmbed,
  storeEmbeddings,
  type EmbeddingTask,
  type NewEmbedding,
} from '../db/embeddings/tasks.js';
import { findErrorKind } from '../errors.js';
import { ports } from '../ports/index.js';
import { passageText } from '../rules/passageText.js';

/** applied: the vector is stored. refused: the entry was edited or erased meanwhile, so its vector has no place. */
export type EmbedOutcome = 'applied' | 'refused';

/**
 * Computes the vectors of a few entries and stores them under the guard of their texts' hashes, in the order given: a
 * pure computation with a guarded write, so that no vector lands in a step's output. Run twice, it computes again and
 * stores the same rows. `failed` is a text that the model cannot embed; it keeps none of the others from their vectors.
 */
export function embedTexts(tasks: EmbeddingTask[]): Promise<(EmbedOutcome | 'failed')[]> {
  return DBOS.runStep(
    async () => {
      const { stored, failures } = await embedAll(tasks);
      return tasks.map(({ entryId }) => (failures.has(entryId) ? 'failed' : outcomeOf(entryId, stored)));
    },
    { name: 'embedTexts' },
  );
}

/** The same for one entry, with patience; throws the reason where its text cannot be embedded. */
export function embedText(task: EmbeddingTask, { maxAttempts }: { maxAttempts: number }): Promise<EmbedOutcome> {
  return DBOS.runStep(
    async () => {
      const { stored, failures } = await embedAll([task]);
      const failure = failures.get(task.entryId);
      if (failure) throw failure;
      return outcomeOf(task.entryId, stored);
    },
    { name: 'embedText', retriesAllowed: true, maxAttempts, intervalSeconds: 0.5, backoffRate: 2 },
  );
}

/** Throws where the embedder itself is away, after storing what was computed before. */
async function embedAll(tasks: EmbeddingTask[]) {
  const { db, embedder, modelId } = ports();
  const texts = await findTextsToEmbed(
    db,
    tasks.map((task) => task.entryId),
  );
  const embeddings: NewEmbedding[] = [];
  const failures = new Map<string, Error>();
  let away: unknown;
  for (const { entryId, textHash } of tasks) {
    const text = texts.get(entryId);
    if (text?.textHash !== textHash) continue;
    try {
      embeddings.push({ entryId, textHash, ...(await embedder.embedPassage(passageText(text))) });
    } catch (error) {
      if (!(error instanceof Error) || findErrorKind(error)?.name !== 'EmbeddingFailed') {
        away = error;
        break;
      }
      failures.set(entryId, error);
    }
  }
  const stored = embeddings.length > 0 ? await storeEmbeddings(db, modelId(), embeddings) : new Set<string>();
  if (away instanceof Error) throw away;
  return { stored, failures };
}

const outcomeOf = (entryId: string, stored: Set<string>): EmbedOutcome => (stored.has(entryId) ? 'applied' : 'refused');

/** Marks the entry's embedding as failed, visible to its readers. A text that came later keeps its own task. */
export function failEmbedding(task: EmbeddingTask, error: string): Promise<'applied' | 'refused'> {
  return DBOS.runStep(() => failTask(ports().db, { ...task, error }), {
    name: 'failEmbedding',
    retriesAllowed: true,
    maxAttempts: 3,
  });
}
