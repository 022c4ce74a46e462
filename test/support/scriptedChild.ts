/**
 * An embedding child whose texts are orders, behind the real protocol: `die`, `hang`, `fail`, `hold` (until SIGUSR2),
 * `die unless <path> exists` (and makes it). Any other text is answered with its place in the order of runs, as the
 * vector's first number. The first argument decides how it starts: `ready`, `refuse` or `silent`.
 */
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import type { Embedded } from '../../src/ports/embedder.js';
import { serveTexts } from '../../src/ports/embedder/serveTexts.js';

let runs = 0;
/** Listens from the start: the signal may come before the text that waits for it. */
const released = once(process, 'SIGUSR2');

async function obey(text: string): Promise<Embedded> {
  const order = text.replace(/^\w+: /, '');
  const marker = /^die unless (.+) exists$/.exec(order)?.[1];
  if (order.startsWith('die') && !(marker && existsSync(marker))) {
    if (marker) writeFileSync(marker, '');
    process.kill(process.pid, 'SIGKILL');
  }
  if (order.startsWith('hang')) for (;;);
  if (order.startsWith('fail')) throw new RangeError(`cannot do ${text}`);
  if (order.startsWith('hold')) await released;
  return { vector: new Float32Array(384).fill(runs++, 0, 1), truncated: false };
}

await serveTexts(async () => {
  if (process.argv[2] === 'refuse') throw new Error('no weights today');
  if (process.argv[2] === 'silent') {
    setInterval(() => {}, 1_000); // as a load in progress, this alone would keep the process alive
    process.send?.({ kind: 'loading' });
    await new Promise(() => {});
  }
  return obey;
});
