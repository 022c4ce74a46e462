/**
 * Search: how good, what it costs a write, how fast. Sizes are arguments: `node dist/bench/search.js 1000 10000 100000`. It runs on
 * TEST_DATABASE_URL, or on the embedded database; It prints tables and writes bench/results/search.json.
 */
import type { Db } from '../src/db/database.js';
import { registerModel } from '../src/db/embeddings/models.js';
import { searchEntries } from '../src/db/search/searchEntries.js';
import { createVectorIndex } from '../src/db/search/vectorIndex.js';
import { EXACT_UP_TO } from '../src/rules/chooseVectorPlan.js';
import { freshDatabase } from '../test/support/database.js';
import { insertDiary, insertEntries, insertVectors, type TestDiary } from '../test/support/entries.js';
import { makeCorpus, seededRandom, type Corpus } from './corpus.js';
import { reportMisses, writeResults } from './measure.js';
import { measureRetrieval } from './retrieval.js';
import { measureWrites } from './searchWrites.js';

const SEED = 20_260;
const WARM_UP = 10;
const QUERIES = 200;
const RECALL_QUERIES = 50;

interface Speed {
  entries: number;
  channel: string;
  plan: string;
  p50Ms: number;
  p99Ms: number;
  recallAt10: number | null;
}

interface Diary {
  diary: TestDiary;
  corpus: Corpus;
  entries: number;
  modelId: number;
}

async function fillDiary(db: Db, url: string, entries: number): Promise<Diary> {
  const corpus = makeCorpus(SEED + entries);
  const diary = await insertDiary(db);
  const name = `${entries} made-up vectors`;
  const { id: modelId } = await registerModel(db, {
    fingerprint: name,
    name,
    revision: '1',
    dtype: 'fp32',
    semantic: true,
  });
  for (let at = 0; at < entries; at += 500) {
    const some = Array.from({ length: Math.min(500, entries - at) }, (_, i) => corpus.entryOf(at + i));
    await insertEntries(db, diary, some);
    await insertVectors(
      db,
      diary,
      modelId,
      some.map(({ id, vector }) => ({ entryId: id, vector })),
    );
  }
  if (entries > EXACT_UP_TO) await createVectorIndex(url, modelId);
  await db.raw('vacuum analyze');
  return { diary, corpus, entries, modelId };
}

type Channel = 'words' | 'vectors' | 'both';

async function measureSpeed(db: Db, filled: Diary, channel: Channel): Promise<Speed> {
  const random = seededRandom(SEED);
  const times: number[] = [];
  let plan = '';
  for (let i = 0; i < WARM_UP + QUERIES; i++) {
    const { text, vector } = filled.corpus.queryNear(Math.floor(random() * filled.entries), random);
    const started = performance.now();
    const { explain } = await searchEntries(db, {
      diaryIds: [filled.diary.id],
      text: channel === 'vectors' ? '' : text,
      explain: i < WARM_UP,
      ...(channel === 'words' ? {} : { queryVector: vector, modelId: filled.modelId }),
    });
    if (i >= WARM_UP) times.push(performance.now() - started);
    plan = explain?.vector?.plan ?? plan;
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
  const recallAt10 = channel === 'vectors' ? await measureRecall(db, filled) : null;
  return { entries: filled.entries, channel, plan, p50Ms: at(0.5), p99Ms: at(0.99), recallAt10 };
}

/** Of the ten nearest by a full scan, the share that a search without words has among its first ten. */
async function measureRecall(db: Db, { diary, corpus, entries, modelId }: Diary): Promise<number> {
  const random = seededRandom(SEED + 1);
  let found = 0;
  for (let i = 0; i < RECALL_QUERIES; i++) {
    const { vector: queryVector } = corpus.queryNear(Math.floor(random() * entries), random);
    const { rows } = await db.raw<{ rows: { id: string }[] }>(
      `select entry_id as id from entry_embeddings where model_id = ? and diary_id = ?
        order by (embedding <=> cast(? as vector)) + 0 limit 10`,
      [modelId, diary.id, `[${queryVector.join(',')}]`],
    );
    const boosts = { recency: false, importance: false };
    const { hits } = await searchEntries(db, { diaryIds: [diary.id], text: '', queryVector, modelId, boosts });
    found += hits.filter(({ entry }) => rows.some(({ id }) => id === entry.id)).length;
  }
  return found / (10 * RECALL_QUERIES);
}

async function main(): Promise<void> {
  const sizes = process.argv
    .slice(2)
    .filter((arg) => /^\d+$/.test(arg))
    .map(Number);
  const { db, url, drop } = await freshDatabase();
  try {
    const quality = await measureRetrieval(db);
    print(quality);
    const writes = await measureWrites(db);
    print(writes);
    const speed: Speed[] = [];
    for (const entries of sizes.length > 0 ? sizes : [1_000, 10_000, 100_000]) {
      const filled = await fillDiary(db, url, entries);
      for (const channel of ['words', 'vectors', 'both'] as const) speed.push(await measureSpeed(db, filled, channel));
      print(speed.slice(-3));
    }
    const database = process.env['TEST_DATABASE_URL'] ? 'postgres' : 'embedded';
    await writeResults('search', { database, quality, writes, speed });
    if (process.argv.includes('--check')) check(speed);
  } finally {
    await drop();
  }
}

/** The targets for real Postgres on two cores, by the size of the diary. */
const TARGETS = [
  { entries: 10_000, p50Ms: 15, p99Ms: 50 },
  { entries: 100_000, p50Ms: 30, p99Ms: 100 },
];
const MIN_RECALL = 0.95;

function check(speed: Speed[]): void {
  reportMisses(
    speed.flatMap(({ entries, channel, p50Ms, p99Ms, recallAt10 }) => {
      const target = TARGETS.find((one) => one.entries === entries);
      const what = `${channel} at ${entries} entries`;
      return [
        target && p50Ms > target.p50Ms && `${what}: p50 ${p50Ms} ms, at most ${target.p50Ms}`,
        target && p99Ms > target.p99Ms && `${what}: p99 ${p99Ms} ms, at most ${target.p99Ms}`,
        recallAt10 !== null && recallAt10 < MIN_RECALL && `${what}: recall@10 ${recallAt10}, at least ${MIN_RECALL}`,
      ];
    }),
  );
}

function print(rows: object[]): void {
  const rounded = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'number' ? Math.round(value * 1000) / 1000 : (value as unknown),
      ]),
    ),
  );
  console.table(rounded);
}

await main();
