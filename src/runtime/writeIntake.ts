import { randomUUID } from 'node:crypto';
import { AppError } from '../errors.js';
import type { NewEntry, WriteOutcome } from '../rules/newEntry.js';
import type { StartedRun } from './startRun.js';

/** A write on its way: the run that carries it, once that is recorded, and what becomes of its entries, in their order. */
export interface PendingWrite {
  runId: Promise<string>;
  outcomes: Promise<WriteOutcome[]>;
}

export interface WriteIntake {
  write(entries: NewEntry[]): PendingWrite;
  /** Refuses new writes and waits for those in hand. */
  close(): Promise<void>;
}

/** Starts a run under this id, and resolves when it is recorded: only then may a caller be told that it will happen. */
export type StartWriteRun = (runId: string, entries: NewEntry[]) => Promise<StartedRun<WriteOutcome[]>>;

interface Waiting {
  entries: NewEntry[];
  characters: number;
  started: (runId: string) => void;
  resolve: (outcomes: WriteOutcome[]) => void;
  reject: (error: unknown) => void;
}

const MAX_RUNS = 2;
const MAX_ENTRIES = 200;
const MAX_CHARACTERS = 1_000_000;
/** Far below a run's own time under load; a lone writer is never asked to wait. */
const GATHER_MS = 5;
/** Beyond this the process is drowning: a quick 503 is kinder than a slow one. */
const MAX_WAITING = 2_000;

/**
 * Natural batching: at most two write runs are in flight in a process, and what arrives meanwhile goes together with
 * the next. An idle service starts at once, so nothing waits for a timer; under load one durable run carries many
 * requests, which doubles the rate and halves the latency. After a run of several requests the next waits a moment for
 * as many: callers who were answered together write again together, and without it runs of one and two take turns with
 * full ones. Entries are idempotent by their own ids, so it does not matter which run carries them.
 */
export function createWriteIntake(start: StartWriteRun): WriteIntake {
  const waiting: Waiting[] = [];
  const gatherings = createGatherings();
  let running = 0;
  let closed = false;
  let idle: (() => void) | undefined;

  function startRuns(): void {
    while (running < MAX_RUNS && waiting.length > 0) void carry(takeTogether(waiting));
    if (running === 0) idle?.();
  }

  async function carry(requests: Waiting[]): Promise<void> {
    running++;
    const runId = randomUUID();
    try {
      const run = await start(
        runId,
        requests.flatMap((request) => request.entries),
      );
      for (const request of requests) request.started(runId);
      settle(requests, await run.result);
    } catch (error) {
      for (const request of requests) request.reject(error);
    } finally {
      if (requests.length > 1 && !closed) await gatherings.gather(requests.length);
      running--;
      startRuns();
    }
  }

  return {
    write(entries) {
      if (closed) throw new AppError('Stopping', 'The server is stopping: send the request again in a moment.');
      if (waiting.length >= MAX_WAITING) {
        throw new AppError('TooManyRequests', 'Too many writes are waiting: send the request again in a moment.');
      }
      let started: (runId: string) => void = () => undefined;
      const runId = new Promise<string>((resolve) => {
        started = resolve;
      });
      const outcomes = new Promise<WriteOutcome[]>((resolve, reject) => {
        const characters = entries.reduce((sum, entry) => sum + entry.content.length, 0);
        waiting.push({ entries, characters, started, resolve, reject });
      });
      gatherings.arrived(waiting.length);
      startRuns();
      return { runId, outcomes };
    },
    async close() {
      closed = true;
      if (running === 0) return;
      await new Promise<void>((resolve) => {
        idle = resolve;
      });
    },
  };
}

interface Gathering {
  wanted: number;
  end: () => void;
}

/** Waits of `GATHER_MS`, ended early when as many requests as wanted have come. */
function createGatherings() {
  const open = new Set<Gathering>();
  return {
    gather: (wanted: number): Promise<void> =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          open.delete(gathering);
          resolve();
        };
        const gathering: Gathering = { wanted, end };
        const timer = setTimeout(end, GATHER_MS);
        open.add(gathering);
      }),
    arrived(waiting: number): void {
      for (const gathering of open) if (waiting >= gathering.wanted) gathering.end();
    },
  };
}

/** Takes what fits in one run from the front; a request of its own that is larger goes alone. */
function takeTogether(waiting: Waiting[]): Waiting[] {
  let entries = 0;
  let characters = 0;
  let count = 0;
  for (const request of waiting) {
    entries += request.entries.length;
    characters += request.characters;
    if (count > 0 && (entries > MAX_ENTRIES || characters > MAX_CHARACTERS)) break;
    count++;
  }
  return waiting.splice(0, count);
}

/** Hands each request the outcomes of its own entries. */
function settle(requests: Waiting[], outcomes: WriteOutcome[]): void {
  let at = 0;
  for (const request of requests) {
    request.resolve(outcomes.slice(at, at + request.entries.length));
    at += request.entries.length;
  }
}
