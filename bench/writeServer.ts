/**
 * The server that bench/write.ts measures, in a process of its own, with what it is compared with in the same process:
 * DBOS's bare one-step workflow, and the entry's own SQL without any workflow. Orders come over IPC.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { generateSalt } from '@moltnet/protocol';
import { randomUUID } from 'node:crypto';
import { readConfig } from '../src/config.js';
import { countTasks } from '../src/db/embeddings/tasks.js';
import { storeEntries } from '../src/db/entries/storeEntries.js';
import { ports } from '../src/ports/index.js';
import { digestEntry } from '../src/rules/entryDigest.js';
import { startServer } from '../src/server.js';
import { log } from '../src/telemetry.js';
import { measureRate, type Rate } from './measure.js';

export type Order =
  | { do: 'bare'; count: number; callers: number }
  | {
      do: 'insert';
      callers: number;
      diaryId: string;
      authorId: string;
      authorKeyId: string;
      contents: string[];
    }
  | { do: 'log'; on: boolean }
  | { do: 'usage' }
  | { do: 'backlog' };
export type Report =
  | { ready: string; startMs: number }
  | { rate: Rate }
  | { cpuMs: number; rssMb: number }
  | { pending: number }
  | { logs: boolean };

const bare = DBOS.registerWorkflow(async (x: string) => DBOS.runStep(() => Promise.resolve(x), { name: 'only' }), {
  name: 'benchBare',
});

const send = (report: Report) => process.send?.(report);

const startedAt = performance.now();
log.level = 'warn';
const server = await startServer(readConfig(process.env));
send({ ready: server.url, startMs: performance.now() - startedAt });

async function insert(order: Extract<Order, { do: 'insert' }>): Promise<Rate> {
  const { diaryId, authorId, authorKeyId, contents } = order;
  const rate = await measureRate(contents.length, order.callers, async (i) => {
    const entry = {
      id: randomUUID(),
      diaryId,
      authorId,
      authorKeyId,
      type: 'episodic' as const,
      title: 'Note',
      content: contents[i] ?? '',
      tags: ['bench'],
      importance: 5,
      salt: generateSalt(),
      createdAt: new Date().toISOString(),
    };
    const record = {
      ...entry,
      ...digestEntry(entry, entry.createdAt),
      signature: null,
      signaturePath: null,
      exactInCall: null,
      nearInCall: null,
    };
    await storeEntries(ports().db, 'bench', [record]);
  });
  await ports().db('embedding_tasks').delete(); // nobody waits for their vectors, and the next shape must not pay for them
  return rate;
}

/** With its place beyond all that is to come the log sees nothing to look at; on again, it goes on from here. */
async function setLogging(on: boolean): Promise<void> {
  const { db } = ports();
  const pos = on ? db('outbox_head').select('pos') : Number.MAX_SAFE_INTEGER;
  await db('log_head').update({ pos });
  send({ logs: on });
}

async function obey(order: Order): Promise<void> {
  if (order.do === 'usage') {
    const { user, system } = process.cpuUsage();
    send({ cpuMs: (user + system) / 1_000, rssMb: process.memoryUsage.rss() / 2 ** 20 });
  } else if (order.do === 'backlog') {
    send({ pending: (await countTasks(ports().db)).pending });
  } else if (order.do === 'log') {
    await setLogging(order.on);
  } else if (order.do === 'bare') {
    const work = async () => (await DBOS.startWorkflow(bare)('x')).getResult();
    send({ rate: await measureRate(order.count, order.callers, work) });
  } else {
    send({ rate: await insert(order) });
  }
}

process.on('message', (order: Order) => void obey(order));
process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));
process.on('disconnect', () => process.exit(0));
