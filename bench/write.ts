/**
 * The write path: `node dist/bench/write.js [rounds]`, on TEST_DATABASE_URL or the embedded database. Client, server and
 * database share the machine; each round measures all shapes one after the other, and the medians of the rounds are
 * compared, so that what else the machine does touches them alike. Prints tables, writes bench/results/write.json;
 * with --check it fails where a target is missed.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSigner, signBatch, type Unsigned } from '@moltnet/sdk';
import type { LocalAgent } from '../src/runtime/localAgents.js';
import { freshDatabase } from '../test/support/database.js';
import { makeCorpus } from './corpus.js';
import { measureRate, median, percentiles, reportMisses, round, writeResults, type Rate } from './measure.js';
import type { Order, Report } from './writeServer.js';

const ROUNDS = Number(process.argv.find((arg) => /^\d+$/.test(arg)) ?? 3);
const CALLERS = 20;
const COUNT = 1_000;
const BATCH = 500;
const BATCHES = 4;
const STEADY_PER_SECOND = 20;
const STEADY_SECONDS = 10;
const IDLE_SECONDS = 10;

const TARGETS = {
  writesToBare: 0.9,
  signedToUnsigned: 0.9,
  loggedToUnlogged: 0.9,
  embeddedToBare: 0.72,
  p50AtTwentyMs: 15,
  p99AtTwentyMs: 60,
  batchesToBare: 2.8,
};

const dataDir = await mkdtemp(join(tmpdir(), 'moltnet-bench-'));
const database = process.env['TEST_DATABASE_URL'] ? await freshDatabase() : undefined;
const corpus = makeCorpus(7);
/** Texts of the corpus, one after the other, until they are 2,000 characters. */
function textOfTwoKilobytes(i: number): string {
  let text = '';
  for (let at = i; text.length < 2_000; at += 2_003) text += `${corpus.entryOf(at).content} `;
  return text.slice(0, 2_000);
}
let written = 0;
/** Each text once: repetitions would measure how duplicates are found. */
const nextText = () => textOfTwoKilobytes(written++);

function startServer(): ChildProcess {
  return fork(fileURLToPath(new URL('./writeServer.js', import.meta.url)), {
    env: {
      ...process.env,
      NODE_ENV: 'development',
      PORT: '0',
      DATA_DIR: dataDir,
      API_BASE_URL: 'http://bench.test',
      EMBEDDING_MODEL: 'lexical',
      ADDRESS_RATE_LIMIT: '1000000',
      AGENT_RATE_LIMIT: '1000000',
      RATE_LIMITS: 'batch=1000000/60,search=1000000/60',
      ...(database && { DATABASE_URL: database.url }),
    },
    execArgv: [],
  });
}

const child = startServer();
async function hear<K extends string>(key: K): Promise<Extract<Report, Record<K, unknown>>> {
  const [report] = (await once(child, 'message')) as [Report];
  if (!(key in report)) throw new Error(`expected ${key}, heard ${JSON.stringify(report)}`);
  return report as Extract<Report, Record<K, unknown>>;
}
async function ask<K extends string>(order: Order, key: K): Promise<Extract<Report, Record<K, unknown>>> {
  child.send(order);
  return hear(key);
}

const { ready: url, startMs } = await hear('ready');
const connections = new Agent({ keepAlive: true, maxSockets: CALLERS });

/** node:http and not fetch: the client shares the cores with what is measured, and costs a third so. */
function call(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, agent: connections, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve(text);
        else reject(new Error(`${response.statusCode}: ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

const agent = JSON.parse(await readFile(join(dataDir, 'agent.json'), 'utf8')) as LocalAgent;
const issued = await call('POST', '/oauth2/token', 'grant_type=client_credentials', {
  'Content-Type': 'application/x-www-form-urlencoded',
  Authorization: `Basic ${Buffer.from(`${agent.clientId}:${agent.clientSecret}`).toString('base64')}`,
});
const headers = {
  Authorization: `Bearer ${(JSON.parse(issued) as { access_token: string }).access_token}`,
  'Content-Type': 'application/json',
};
const post = async <T>(path: string, body: unknown) => JSON.parse(await call('POST', path, body, headers)) as T;
const get = async <T>(path: string) => JSON.parse(await call('GET', path, '', headers)) as T;
const whoami = await get<{ id: string; keyId: string }>('/agents/whoami');
const { id: diaryId } = await post<{ id: string }>('/diaries', { name: 'Bench' });
type MakeEntries = (count: number) => object[];
const plainEntry = () => ({ title: 'Note', content: nextText(), tags: ['bench'] });
const plain: MakeEntries = (count) => Array.from({ length: count }, plainEntry);

const signer = createSigner(agent.privateKey);
const unsigned = (): Unsigned => ({ entry: plainEntry(), diaryId, id: randomUUID(), now: new Date() });
/** As the SDK does: entries that are sent together have one signature. */
const signed: MakeEntries = (count) => signBatch(signer, Array.from({ length: count }, unsigned));

/** A shape's bodies are made, and signed, before its clock starts: it is the server that is measured. */
function makeBodies(count: number, makeEntries: MakeEntries, entriesEach = 1): string[] {
  return Array.from({ length: count }, () => {
    const entries = makeEntries(entriesEach);
    return JSON.stringify(entriesEach === 1 ? entries[0] : { entries });
  });
}
const write = (body: string | undefined) => call('POST', `/diaries/${diaryId}/entries`, body, headers);

async function embedAll(): Promise<void> {
  while ((await ask({ do: 'backlog' }, 'pending')).pending > 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

async function stored(makeEntries: MakeEntries): Promise<Rate> {
  const bodies = makeBodies(COUNT, makeEntries);
  const rate = await measureRate(COUNT, CALLERS, (i) => write(bodies[i]));
  await embedAll();
  return rate;
}

async function untilEmbedded(): Promise<Rate> {
  const bodies = makeBodies(COUNT, plain);
  const startedAt = performance.now();
  const rate = await measureRate(COUNT, CALLERS, (i) => write(bodies[i]));
  await embedAll();
  return { ...rate, perSecond: (COUNT / (performance.now() - startedAt)) * 1_000 };
}

/** The same writes while the sequencer makes no leaves of them. */
async function withoutLog(): Promise<Rate> {
  await ask({ do: 'log', on: false }, 'logs');
  const rate = await stored(plain);
  await ask({ do: 'log', on: true }, 'logs');
  return rate;
}

/** Starts calls by the clock, whatever the former ones do, so that a slow answer makes no room for itself. */
async function steady(): Promise<{ p50Ms: number; p99Ms: number }> {
  const times: number[] = [];
  const calls: Promise<void>[] = [];
  for (const body of makeBodies(STEADY_PER_SECOND * STEADY_SECONDS, plain)) {
    const from = performance.now();
    calls.push(write(body).then(() => void times.push(performance.now() - from)));
    await new Promise((resolve) => {
      setTimeout(resolve, 1_000 / STEADY_PER_SECOND);
    });
  }
  await Promise.all(calls);
  return percentiles(times);
}

async function batches(makeEntries: MakeEntries): Promise<number> {
  const bodies = makeBodies(BATCHES, makeEntries, BATCH);
  const startedAt = performance.now();
  for (const body of bodies) await call('POST', `/diaries/${diaryId}/entries/batch`, body, headers);
  const perSecond = ((BATCHES * BATCH) / (performance.now() - startedAt)) * 1_000;
  await embedAll();
  return perSecond;
}

async function idle(): Promise<{ percentOfACore: number; rssMb: number }> {
  const before = await ask({ do: 'usage' }, 'cpuMs');
  await new Promise((resolve) => {
    setTimeout(resolve, IDLE_SECONDS * 1_000);
  });
  const after = await ask({ do: 'usage' }, 'cpuMs');
  return { percentOfACore: ((after.cpuMs - before.cpuMs) / (IDLE_SECONDS * 1_000)) * 100, rssMb: after.rssMb };
}

async function bytesAnEntry(): Promise<Record<string, number> | undefined> {
  if (!database) return undefined;
  const { rows } = await database.db.raw<{ rows: { schema: string; bytes: string }[] }>(
    `select schemaname as schema, sum(pg_total_relation_size(format('%I.%I', schemaname, tablename))) as bytes
     from pg_tables where schemaname in ('public', 'dbos') group by 1`,
  );
  const { rows: counts } = await database.db.raw<{ rows: { count: number }[] }>(
    'select count(*)::int as count from entries',
  );
  const count = counts[0]?.count ?? 1;
  return Object.fromEntries(rows.map(({ schema, bytes }) => [schema, round(Number(bytes) / count)]));
}

const insertOrder = { do: 'insert', callers: CALLERS, diaryId } as const;
const author = { authorId: whoami.id, authorKeyId: whoami.keyId };
const rounds: Record<string, Rate[]> = {};
for (const body of makeBodies(200, plain)) await write(body);
await embedAll();
for (let i = 0; i < ROUNDS; i++) {
  const results = {
    'entry SQL alone': (
      await ask({ ...insertOrder, ...author, contents: Array.from({ length: COUNT }, nextText) }, 'rate')
    ).rate,
    'bare DBOS one-step workflow': (await ask({ do: 'bare', count: COUNT, callers: CALLERS }, 'rate')).rate,
    'write over HTTP, stored': await stored(plain),
    'write over HTTP, stored, no log': await withoutLog(),
    'signed write over HTTP, stored': await stored(signed),
    'write over HTTP, until embedded': await untilEmbedded(),
  };
  for (const [name, rate] of Object.entries(results)) (rounds[name] ??= []).push(rate);
}
const batchRates: number[] = [];
const signedBatchRates: number[] = [];
for (let i = 0; i < ROUNDS; i++) {
  batchRates.push(await batches(plain));
  signedBatchRates.push(await batches(signed));
}
const atTwenty = await steady();
await embedAll();
const quiet = await idle();

const bareRate = median((rounds['bare DBOS one-step workflow'] ?? []).map((rate) => rate.perSecond));
const table = Object.entries(rounds).map(([what, rates]) => {
  const perSecond = median(rates.map((rate) => rate.perSecond));
  return {
    what,
    perSecond: round(perSecond),
    ofBare: round(perSecond / bareRate),
    p50Ms: round(median(rates.map((rate) => rate.p50Ms))),
    p99Ms: round(median(rates.map((rate) => rate.p99Ms))),
  };
});
const other = {
  'batch entries a second': round(median(batchRates)),
  'signed batch entries a second': round(median(signedBatchRates)),
  'batch entries, of bare': round(median(batchRates) / bareRate),
  'p50 at 20/s, ms': round(atTwenty.p50Ms),
  'p99 at 20/s, ms': round(atTwenty.p99Ms),
  'start, ms': round(startMs),
  'idle, % of a core': round(quiet.percentOfACore),
  'resident memory, MB': round(quiet.rssMb),
};
const bytes = await bytesAnEntry();
console.table(table);
console.table(other);
if (bytes) console.table({ 'bytes an entry': bytes });
await writeResults('write', { database: database ? 'postgres' : 'embedded', rounds: ROUNDS, table, other, bytes });

child.kill('SIGTERM');
await once(child, 'exit');
connections.destroy();
await database?.drop();
await rm(dataDir, { recursive: true, force: true });

if (process.argv.includes('--check')) {
  const ofBare = (what: string) => table.find((row) => row.what === what)?.ofBare ?? 0;
  reportMisses([
    ofBare('write over HTTP, stored') < TARGETS.writesToBare && 'writes over HTTP against bare DBOS',
    ofBare('write over HTTP, until embedded') < TARGETS.embeddedToBare && 'embedded writes against bare DBOS',
    ofBare('signed write over HTTP, stored') < TARGETS.signedToUnsigned * ofBare('write over HTTP, stored') &&
      'signed writes against unsigned ones',
    ofBare('write over HTTP, stored') < TARGETS.loggedToUnlogged * ofBare('write over HTTP, stored, no log') &&
      'writes with the log against writes without',
    atTwenty.p50Ms > TARGETS.p50AtTwentyMs && 'p50 at 20/s',
    atTwenty.p99Ms > TARGETS.p99AtTwentyMs && 'p99 at 20/s',
    median(batchRates) / bareRate < TARGETS.batchesToBare && 'entries in batches against bare DBOS',
  ]);
}
