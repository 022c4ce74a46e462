import { createHash } from 'node:crypto';
import { DIMENSIONS, type EmbeddingModel } from '../embedder.js';

/** Any difference in any part gives another fingerprint, and so another set of stored vectors. */
export function describeModel(parts: {
  name: string;
  revision: string;
  dtype: string;
  semantic: boolean;
  recipe: string;
  files: readonly { path: string; sha256: string }[];
}): EmbeddingModel {
  const { name, revision, dtype, semantic, recipe } = parts;
  const files = parts.files.map((file) => [file.path, file.sha256]).sort();
  const identity = JSON.stringify(['moltnet:embedding:v1', name, revision, dtype, DIMENSIONS, semantic, recipe, files]);
  const fingerprint = createHash('sha256').update(identity).digest('hex');
  return { name, revision, dtype, dimensions: DIMENSIONS, semantic, fingerprint };
}
