/**
 * A process that embeds with the real child and the model of its first argument, prints the child's pid as a line, and
 * then does what its second argument says: `wait` to be killed, `end` (return without stopping anything), or `embed`
 * every text that the further arguments give, also those that fail, and stop.
 */
import { inspect } from 'node:util';
import { chooseEmbedder } from '../../src/ports/embedder/chooseEmbedder.js';

const [modelDir = '', order = '', ...texts] = process.argv.slice(2);
const print = (...words: unknown[]) => process.stderr.write(`${words.map((word) => inspect(word)).join(' ')}\n`);
const log = { info: print, warn: print };
const embedder = await chooseEmbedder({ configured: 'e5-small-v2', modelDir, production: true, log });
await embedder.warm();
process.stdout.write(`${embedder.status().pid}\n`);
if (order === 'wait') setInterval(() => {}, 1_000);
if (order === 'embed') {
  for (const text of texts) {
    await embedder.embedPassage(text).catch((error: unknown) => print(error));
  }
  await embedder.stop();
}
