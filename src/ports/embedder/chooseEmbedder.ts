import { fileURLToPath } from 'node:url';
import type { Embedder } from '../embedder.js';
import { createAbsentEmbedder } from './absentEmbedder.js';
import { ChildEmbedder, type ChildEmbedderOptions } from './childEmbedder.js';
import { createLexicalEmbedder } from './lexicalEmbedder.js';
import { verifyModel } from './modelFolder.js';

/** `models/` beside package.json, wherever the process was started from; an image bakes it in there. */
export const DEFAULT_MODEL_DIR = fileURLToPath(new URL('../../../../models', import.meta.url));

/**
 * The embedder for the life of this process. A configured model is used or nothing is: vectors of a stand-in would have
 * to be thrown away, and searches would be answered worse without anybody noticing. Only `auto` outside production
 * takes the lexical embedder where e5-small-v2 is not there, and says so, once.
 *
 * Never throws: without its files the embedder is `absent`, entries are kept, vectors wait, words are searched.
 */
export async function chooseEmbedder(options: {
  configured: 'auto' | 'e5-small-v2' | 'lexical';
  modelDir?: string | undefined;
  production: boolean;
  log: ChildEmbedderOptions['log'];
}): Promise<Embedder> {
  const { configured, modelDir = DEFAULT_MODEL_DIR, production, log } = options;
  if (configured === 'lexical') return createLexicalEmbedder();
  try {
    const model = await verifyModel(modelDir);
    const script = new URL('./child.js', import.meta.url);
    return new ChildEmbedder({ model, script, args: [modelDir, model.fingerprint], log });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (configured === 'auto' && !production) {
      log.info('embedding lexically (searches know no synonyms), since the semantic model is not there', { reason });
      return createLexicalEmbedder();
    }
    const remedy = `${reason} Then restart. Until then entries wait for their vectors, and search goes by words alone.`;
    log.warn('no embedding model', { reason: remedy });
    return createAbsentEmbedder(remedy);
  }
}
