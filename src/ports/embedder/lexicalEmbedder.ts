import { setImmediate as nextTurn } from 'node:timers/promises';
import { embedLexically, LEXICAL_MODEL } from '../../rules/lexicalEmbedder.js';
import type { Embedder } from '../embedder.js';
import { describeModel } from './fingerprint.js';

/**
 * The built-in embedder behind the port. A fraction of a millisecond a note: it needs no process, no queue and no cache;
 * a backlog of passages lets requests through between two of them.
 */
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
    embedPassage: async (text) => {
      await nextTurn();
      return embed(text);
    },
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
