/**
 * The database of a machine without Postgres: PGlite in a worker thread, behind a socket that ordinary Postgres clients
 * connect to. docs/adr/0004-embedded-database.md says why, and what the connections share.
 */
import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../errors.js';
import { beginInitialising, endInitialising, openDataDirectory, removeUrl, writeUrl } from './dataDirectory.js';
import { takeDirectoryLock, type DirectoryLock } from './directoryLock.js';
import type { EngineVersions } from './engine.js';
import { DATABASE, USER } from './handshake.js';
import type { WorkerInput, WorkerReport } from './worker.js';

/** What start-up and readiness say of it. */
export const EMBEDDED_DATABASE_LIMITS =
  'The embedded database is for trying things out and for one machine: it survives a kill but not a power loss (it does not ' +
  'fsync), wants about 600 MB of memory, and has one session, so transactions run one after another. ' +
  'Use a real Postgres with pgvector (DATABASE_URL) for everything else.';

export interface EmbeddedDatabase {
  /** Carries the password of this start; any Postgres client takes it. */
  readonly url: string;
  readonly versions: EngineVersions;
  /** Rolls back what is open, closes the database, gives the directory free. May be called again. */
  stop(): Promise<void>;
  /** Resolves if the database ends by itself; every connection is closed by then. Never resolves after stop(). */
  readonly died: Promise<Error>;
}

export interface EmbeddedDatabaseOptions {
  /** Absent: in memory, gone with the process. */
  readonly dataDir?: string;
  /** How long a transaction may stand still before its client is disconnected: all others wait for it. */
  readonly idleTransactionMs?: number;
}

const IDLE_TRANSACTION_MS = 15_000;
/** An endless query cannot be interrupted from within; then the thread is stopped, which the data survive as a kill. */
const STOP_TIMEOUT_MS = 10_000;
/**
 * Postgres measures its own stack (max_stack_depth 2 MB), not that of WebAssembly: with Node's 4 MB, and with 16 MB, a
 * recursive function overflowed that one first and broke the session. At 64 MB Postgres' own error comes first. It is
 * address space, not memory.
 */
const STACK_MB = 64;

export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions = {}): Promise<EmbeddedDatabase> {
  const { dataDir, idleTransactionMs = IDLE_TRANSACTION_MS } = options;
  if (dataDir === undefined)
    return runWorker({ idleTransactionMs, postgresPath: undefined, isNew: true }, NOTHING_TO_KEEP);
  const { lockPath, postgresPath } = await openDataDirectory(dataDir);
  const lock = await takeDirectoryLock(lockPath);
  try {
    const isNew = await beginInitialising(dataDir);
    return await runWorker({ idleTransactionMs, postgresPath, isNew }, keepDirectory(dataDir, lock));
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** What is due in the data directory when the database is up, and when it is over. */
interface Keeper {
  opened(url: string): Promise<void>;
  closed(): Promise<void>;
}

const NOTHING_TO_KEEP: Keeper = { opened: async () => {}, closed: async () => {} };

function keepDirectory(dataDir: string, lock: DirectoryLock): Keeper {
  return {
    async opened(url) {
      await endInitialising(dataDir);
      await lock.announce(new URL(url).host);
      await writeUrl(dataDir, url);
    },
    async closed() {
      await removeUrl(dataDir);
      await lock.release();
    },
  };
}

async function runWorker(input: Omit<WorkerInput, 'password'>, keeper: Keeper): Promise<EmbeddedDatabase> {
  const password = randomBytes(24).toString('base64url');
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: { ...input, password } satisfies WorkerInput,
    resourceLimits: { stackSizeMb: STACK_MB },
  });
  const ended = watch(worker);
  const { port, versions } = await untilListening(worker, ended);
  const url = `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
  await keeper.opened(url).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });

  let stopping: Promise<void> | undefined;
  const died = ended.then(async (error) => {
    if (stopping) return new Promise<never>(() => {});
    await keeper.closed().catch(() => undefined); // the death is what its owner must hear of
    return error;
  });
  return { url, versions, died, stop: () => (stopping ??= stopWorker(worker, ended).then(() => keeper.closed())) };
}

/** Resolves when the thread has ended, with the reason. */
function watch(worker: Worker): Promise<Error> {
  let reason = 'its thread ended without a word';
  worker.on('message', (report: WorkerReport) => {
    if (report.kind === 'failed') reason = report.reason;
  });
  worker.on('error', (error: Error) => (reason = error.stack ?? error.message));
  return new Promise((resolve) => {
    worker.once('exit', () =>
      resolve(new AppError('DatabaseUnavailable', `the embedded database ended by itself: ${reason}`)),
    );
  });
}

async function untilListening(worker: Worker, ended: Promise<Error>) {
  const report = new Promise<WorkerReport>((resolve) => worker.once('message', resolve));
  const first = await Promise.race([report, ended]);
  if ('kind' in first && first.kind === 'listening') return first;
  throw await ended;
}

async function stopWorker(worker: Worker, ended: Promise<Error>): Promise<void> {
  worker.postMessage('stop');
  const deadline = setTimeout(() => void worker.terminate(), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(deadline);
}
