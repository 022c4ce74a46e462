import { embedLexically, LEXICAL_MODEL } from '../../rules/lexicalEmbedder.js';
import type { Embedder } from '../embedder.js';
import { describeModel } from './fingerprint.js';

/** The built-in embedder behind the port. 0.1 ms a note: it needs no process, no queue and no cache. */
export function createLexicalEmbedder(): Embedder {
  let computed = 0;
  let stopped = false;
  const embed = (text: string) => {
    computed++;
    return embedLexically(text);
  };
  return {
    model: describeModel({ ...LEXICAL_MODEL, semantic: false, files: [] }),
    embedQuery: async (text) => embed(text).vector,
    embedPassage: async (text) => embed(text),
    warm: async () => undefined,
    status: () => ({
      state: stopped ? 'stopped' : 'ready',
      queued: 0,
      computed,
      coalesced: 0,
      cacheHits: 0,
      starts: 0,
    }),
    stop: async () => {
      stopped = true;
    },
  };
}
