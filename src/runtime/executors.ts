import { hostname } from 'node:os';
import type { Db } from '../db/database.js';
import { beatExecutor, endOtherExecutors, registerExecutor, stopExecutor } from '../db/executors.js';
import type { Log } from '../telemetry.js';
import { startLoop } from './loop.js';

/** Four beats may be lost before others take the work: a long garbage collection or a failover is no death. */
export const HEARTBEAT_MS = 5_000;
const EXPIRY_MS = 20_000;

/**
 * Announces this process as an executor and keeps its lease alive until `stop`, which gives it up at once. Call it before
 * DBOS launches, so that no work is ever written down for an executor without a row. In embedded mode one process owns the
 * data directory, so every other executor is dead by definition, and its leases need not run out.
 *
 * A process that hung past its lease (a stopped virtual machine, a closed laptop) finds the lease lapsed at its next beat:
 * it says so and goes on under its id. What others took over meanwhile is fenced by DBOS: the stale runs' next checkpoint
 * is refused and they wait for the new owner's outcome.
 */
export async function startExecutor({
  db,
  id,
  appVersion,
  queues,
  embedded,
  log,
}: {
  db: Db;
  id: string;
  appVersion: string;
  queues: string[];
  embedded: boolean;
  log: Log;
}): Promise<{ stop(): Promise<void> }> {
  const executor = { id, appVersion, host: hostname(), pid: process.pid, queues };
  await registerExecutor(db, executor, EXPIRY_MS);
  if (embedded) await endOtherExecutors(db, id);

  const loop = startLoop({ name: 'heartbeat', retryMs: 1_000, log }, async () => {
    const found = await beatExecutor(db, id, EXPIRY_MS);
    if (found === 'unknown') await registerExecutor(db, executor, EXPIRY_MS);
    if (found !== 'live')
      log.warn('this executor was silent for too long: others may have taken its work over', { id });
    return HEARTBEAT_MS;
  });

  return {
    async stop() {
      await loop.stop();
      await stopExecutor(db, id).catch((error: unknown) =>
        log.warn('the executor did not sign off', { error: String(error) }),
      );
    },
  };
}
