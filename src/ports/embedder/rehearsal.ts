import { access } from 'node:fs/promises';
import { AppError } from '../../errors.js';
import type { Embedder } from '../embedder.js';

/**
 * Lets a person rehearse a failure on a machine that is not in production: while the file exists, every passage fails
 * as a text does that the model cannot embed. Queries go on.
 */
export function withRehearsal(embedder: Embedder, file: string): Embedder {
  return {
    get model() {
      return embedder.model;
    },
    embedQuery: (text, options) => embedder.embedQuery(text, options),
    async embedPassage(text) {
      const isRehearsed = await access(file).then(
        () => true,
        () => false,
      );
      if (isRehearsed) {
        throw new AppError(
          'EmbeddingFailed',
          `A failure is being rehearsed: remove ${file} to end it, then retry the run.`,
        );
      }
      return embedder.embedPassage(text);
    },
    warm: () => embedder.warm(),
    status: () => embedder.status(),
    stop: () => embedder.stop(),
  };
}
