import type { Db } from '../db/database.js';
import { listLiveExecutors, pruneExecutors } from '../db/executors.js';
import { releaseLease, takeLease } from '../db/leases.js';
import {
  type RecoveredRun,
  listExecutorsWithWork,
  listVersions,
  moveWaitingWork,
  requeueWorkOf,
} from '../db/recovery.js';
import type { Log } from '../telemetry.js';
import { RECOVERY_QUEUE } from '../workflows/queues.js';
import { APP_VERSION, listWorkflowNames } from './dbos.js';
import { HEARTBEAT_MS } from './executors.js';
import { type Loop, startLoop } from './loop.js';

const SWEEP_MS = 5_000;
const LEASE = 'sweeper';
const LEASE_MS = 2 * SWEEP_MS;
/** After a start and after an outage, live peers get the time to beat once more; an embedded process has none. */
const SETTLE_MS = 2 * HEARTBEAT_MS;
/** One sweep's share; a backlog of dead work is spread over sweeps and, by the queue's limit, over executors. */
const MAX_RUNS_PER_SWEEP = 1_000;
const SWEEPS_PER_MINUTE = 60_000 / SWEEP_MS;
const EXECUTOR_ROWS_DAYS = 7;

type Sweep = { db: Db; systemDb: Db; executorId: string };

/**
 * Re-enqueues running work whose executor has no live lease, or no row at all. Owners are read before the living: an
 * executor registers before it takes work, so one that is in the first list and alive is in the second.
 */
export async function recoverDeadWork({ db, systemDb, executorId }: Sweep): Promise<RecoveredRun[]> {
  const owners = await listExecutorsWithWork(systemDb);
  const living = await listLiveExecutors(db);
  const alive = new Set([executorId, ...living.map((executor) => executor.id)]);
  const dead = owners.filter((owner) => !alive.has(owner));
  if (dead.length === 0) return [];
  return requeueWorkOf(systemDb, dead, { queueForDirect: RECOVERY_QUEUE, limit: MAX_RUNS_PER_SWEEP });
}

/** The number in `moltnet-<n>`; undefined for names that we never gave. */
function versionNumber(version: string): number | undefined {
  const match = /^moltnet-(\d+)$/.exec(version);
  return match ? Number(match[1]) : undefined;
}

/**
 * Hands waiting work of versions that no executor runs any more to the current version. Safe means: the version is ours
 * and older (work of a newer one waits for it, after a rollback), and the current code has a workflow of that name.
 */
export async function adoptRetiredWork({ db, systemDb }: Sweep): Promise<number> {
  const current = versionNumber(APP_VERSION) ?? 0;
  const older = (await listVersions(systemDb)).filter((version) => (versionNumber(version) ?? current) < current);
  if (older.length === 0) return 0;
  const running = (await listLiveExecutors(db)).map((executor) => executor.appVersion);
  const retired = older.filter((version) => !running.includes(version));
  if (retired.length === 0) return 0;
  return moveWaitingWork(systemDb, { from: retired, to: APP_VERSION, names: listWorkflowNames() });
}

/** Starts sweeping: whoever holds the lease row does it, so any live process recovers what the dead ones had. */
export function startSweeper({
  log,
  embedded,
  settleMs = embedded ? 0 : SETTLE_MS,
  ...sweep
}: Sweep & { log: Log; embedded: boolean; settleMs?: number }): Loop {
  const { db, executorId } = sweep;
  let settledAt = performance.now() + settleMs;
  let sweeps = 0;

  async function sweepOnce(): Promise<void> {
    if (!(await takeLease(db, LEASE, executorId, LEASE_MS)) || performance.now() < settledAt) return;
    const recovered = await recoverDeadWork(sweep);
    if (recovered.length > 0) log.warn('recovered work of dead executors', summary(recovered));
    if (sweeps++ % SWEEPS_PER_MINUTE !== 0) return;
    const moved = await adoptRetiredWork(sweep);
    if (moved > 0) log.info('moved waiting work of retired versions to this one', { moved, version: APP_VERSION });
    await pruneExecutors(db, EXECUTOR_ROWS_DAYS);
  }

  const loop = startLoop({ name: 'sweeper', retryMs: 1_000, log }, async () => {
    try {
      await sweepOnce();
    } catch (error) {
      settledAt = performance.now() + settleMs;
      throw error;
    }
    return SWEEP_MS;
  });
  return {
    ...loop,
    async stop() {
      await loop.stop();
      await releaseLease(db, LEASE, executorId).catch((error: unknown) => {
        log.warn("the sweeper's lease was not released", { error: String(error) });
      });
    },
  };
}

function summary(runs: RecoveredRun[]): { runs: number; executors: string[]; workflows: string[] } {
  return {
    runs: runs.length,
    executors: [...new Set(runs.map((run) => run.executorId))],
    workflows: [...new Set(runs.map((run) => run.name))],
  };
}
