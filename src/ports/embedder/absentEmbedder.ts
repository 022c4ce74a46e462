import { AppError } from '../../errors.js';
import type { Embedder } from '../embedder.js';

/** Stands where the configured model could not be had: every call fails with the reason, nothing takes its place. */
export function createAbsentEmbedder(reason: string): Embedder {
  const refuse = async (): Promise<never> => {
    throw new AppError('EmbedderUnavailable', reason);
  };
  return {
    model: undefined,
    embedQuery: refuse,
    embedPassage: refuse,
    warm: async () => undefined,
    status: () => ({ state: 'absent', error: reason, queued: 0, computed: 0, coalesced: 0, cacheHits: 0, starts: 0 }),
    stop: async () => undefined,
  };
}
