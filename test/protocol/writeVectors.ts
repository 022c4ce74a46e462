/** Writes the vector files again: `npm run vectors`. Look at the difference: a changed hash is a changed protocol. */
import { writeFileSync } from 'node:fs';
import { vectorFiles, vectorsFolder, vectorText } from './vectors.js';

for (const [file, vectors] of Object.entries(vectorFiles))
  writeFileSync(new URL(file, vectorsFolder), vectorText(vectors));
