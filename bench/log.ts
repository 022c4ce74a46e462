/**
 * The log: `node dist/bench/log.js`, on TEST_DATABASE_URL or the embedded database. How fast the sequencer gives places and
 * makes leaves, what a checkpoint and a proof take in a log of 1,000,000 leaves. Prints a table, writes
 * bench/results/log.json; with --check it fails where a target is missed. What the log costs writes: bench/write.ts.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  appendLeaf,
  consistencyProofFromTiles,
  emptyFrontier,
  generateKeyPair,
  type Frontier,
} from '@moltnet/protocol';
import { assignPositions } from '../src/db/assignPositions.js';
import { appendLeaves } from '../src/db/log/appendLeaves.js';
import { proveLeaf } from '../src/db/log/proveLeaf.js';
import { readTiles } from '../src/db/log/readTiles.js';
import { describeLogSigner } from '../src/rules/logKey.js';
import { createLogPublisher } from '../src/runtime/logPublisher.js';
import { freshDatabase } from '../test/support/database.js';
import { silentLog } from '../test/support/log.js';
import { addEvents, HOLDER, sequence } from '../test/support/logTree.js';
import { measureRate, median, reportMisses, round, writeResults } from './measure.js';

const LEAVES = 10_000;
const ROUNDS = 3;
const LARGE = 1_000_000;
const TILES = Math.floor(LARGE / 256);
const TARGETS = { proofP50Ms: 5, leavesPerSecond: 5_000 };

const { db, drop } = await freshDatabase();
const folder = await mkdtemp(join(tmpdir(), 'moltnet-bench-'));
const { privateKey } = generateKeyPair();
const signer = describeLogSigner({ privateKey, origin: undefined, previousKey: undefined }, 'http://bench.test');

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Places first and leaves after, so that each is seen alone; the longest stop of the event loop beside them. */
async function sequenceOnce(): Promise<{ placeMs: number; growMs: number; stopMs: number }> {
  await addEvents(db, LEAVES);
  const each = { ...HOLDER, limit: 1_000 };
  const repeat = async (work: () => Promise<unknown>) => {
    for (let done = 0; done < LEAVES; done += each.limit) await work();
  };
  const placeMs = await timed(() => repeat(() => assignPositions(db, each)));
  let stopMs = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    stopMs = Math.max(stopMs, performance.now() - last);
    last = performance.now();
  }, 1);
  const growMs = await timed(() => repeat(() => appendLeaves(db, each)));
  clearInterval(watch);
  return { placeMs, growMs, stopMs };
}

/** A log of so many leaves without their rows: its full tiles, and what stands behind them. */
async function enlarge(): Promise<void> {
  await db.raw('truncate log_tiles, log_leaves, log_heads, log_checkpoints');
  let frontier: Frontier = emptyFrontier();
  for (let tile = 0; tile < TILES; tile += 500) {
    const roots = Array.from({ length: Math.min(500, TILES - tile) }, () => randomBytes(32));
    frontier = roots.reduce((grown, root) => appendLeaf(grown, root), frontier);
    await db.raw(
      `insert into log_tiles (level, tile, hashes, root)
       select 0, :tile::int + number - 1, decode(repeat(encode(root, 'hex'), 256), 'hex'), root
       from unnest(:roots::bytea[]) with ordinality as t (root, number)`,
      { tile, roots },
    );
  }
  await db.raw(
    `insert into log_tiles (level, tile, hashes, root)
     select 1, tile / 256, string_agg(root, ''::bytea order by tile), decode(repeat('00', 32), 'hex') from log_tiles
     group by 2 having count(*) = 256`,
  );
  await db('log_head').update({ size: TILES * 256, frontier: Buffer.concat(frontier.hashes) });
  await addEvents(db, LARGE - TILES * 256);
}

await sequence(db);
const rounds: Awaited<ReturnType<typeof sequenceOnce>>[] = [];
for (let i = 0; i < ROUNDS; i++) rounds.push(await sequenceOnce());
const medianOf = (what: keyof (typeof rounds)[number]) => median(rounds.map((one) => one[what]));

await enlarge();
const size = await sequence(db);
const publish = createLogPublisher({ db, signer, file: join(folder, 'checkpoint.txt'), log: silentLog });
const publishMs = await timed(() => publish(HOLDER, size));
const proofs = await measureRate(1_000, 1, (i) => proveLeaf(db, (i * 7_919) % LARGE));
const consistency = await measureRate(300, 1, (i) =>
  consistencyProofFromTiles(1 + ((i * 7_919) % LARGE), LARGE, (tiles) => readTiles(db, tiles)),
);

const table = {
  'places a second': round(LEAVES / (medianOf('placeMs') / 1_000)),
  'leaves a second': round(LEAVES / (medianOf('growMs') / 1_000)),
  'longest stop of the event loop, ms': round(medianOf('stopMs')),
  [`first checkpoint of ${LARGE} leaves, ms`]: round(publishMs),
  [`proof in ${LARGE} leaves, p50 ms`]: round(proofs.p50Ms),
  [`proof in ${LARGE} leaves, p99 ms`]: round(proofs.p99Ms),
  [`consistency in ${LARGE} leaves, p50 ms`]: round(consistency.p50Ms),
};
console.table(table);
await writeResults('log', { database: process.env['TEST_DATABASE_URL'] ? 'postgres' : 'embedded', table });
await drop();
await rm(folder, { recursive: true });

if (process.argv.includes('--check')) {
  reportMisses([
    proofs.p50Ms > TARGETS.proofP50Ms && 'a proof in 1,000,000 leaves',
    LEAVES / (medianOf('growMs') / 1_000) < TARGETS.leavesPerSecond && 'leaves a second',
  ]);
}
