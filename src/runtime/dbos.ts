import { setTimeout as sleep } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { getAllRegisteredFunctions } from '@dbos-inc/dbos-sdk/internal/decorators';
import pg from 'pg';
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import { QUEUES, RECOVERY_QUEUE } from '../workflows/queues.js';
import { SCHEDULES, type ScheduleSettings } from '../workflows/schedules.js';
import { dbosLog } from './dbosLog.js';

/**
 * The version that stored runs belong to. Raised only when the stored names or shapes change in a way that old runs cannot
 * be continued with (the pins test freezes them); a deploy that keeps it continues the runs of the one before.
 */
export const APP_VERSION = 'moltnet-1';

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** A process that hangs inside a transaction gives its row locks back before its lease runs out (20 s). */
const IDLE_TRANSACTION_MS = 15_000;
const POOL_END_MS = 2_000;

let pool: pg.Pool | undefined;

/** The names of every registered workflow, as they are stored. */
export function listWorkflowNames(): string[] {
  return getAllRegisteredFunctions()
    .filter((registration) => registration.workflowConfig !== undefined)
    .map((registration) => registration.name);
}

/** Throws Misconfigured for a name that no queue has: a worker that waits on a misspelt queue would idle for ever. */
function queuesToListen(queues: readonly string[]): string[] {
  const known = QUEUES.map((queue): string => queue.name);
  const unknown = queues.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const names = known.join(', ');
    throw new AppError(
      'Misconfigured',
      `WORKER_QUEUES names no queue of ours: ${unknown.join(', ')} (there are ${names})`,
    );
  }
  return [...new Set([...queues, RECOVERY_QUEUE])];
}

/** The pool waits for the answer before it lends the connection out; its types do not say so. */
const limitIdleTransactions = ((client: pg.ClientBase) =>
  client.query(`set idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_MS}`)) as NonNullable<
  pg.PoolConfig['onConnect']
>;

function openPool(systemDatabaseUrl: string, embedded: boolean, log: Log): pg.Pool {
  const opened = new pg.Pool({
    connectionString: systemDatabaseUrl,
    application_name: 'moltnet-dbos',
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    // The embedded database has one session and ends idle transactions itself.
    ...(!embedded && { onConnect: limitIdleTransactions }),
  });
  opened.on('error', (error) => log.warn('a connection to the system database was lost', { error: error.message }));
  return opened;
}

/**
 * Brings the stored schedules in line with the table: rows that the code no longer has would start a workflow that is
 * gone. An operator's pause survives, since DBOS keeps a row's state when its definition is applied again.
 */
async function applySchedules(schedules: readonly ScheduleSettings[]): Promise<void> {
  const wanted = new Set(schedules.map((schedule) => schedule.name));
  for (const stored of await DBOS.listSchedules()) {
    if (!wanted.has(stored.scheduleName)) await DBOS.deleteSchedule(stored.scheduleName);
  }
  await DBOS.applySchedules(
    schedules.map(({ name, cron, workflow, queue }) => ({
      scheduleName: name,
      schedule: cron,
      workflowFn: workflow,
      queueName: queue,
      cronTimezone: 'UTC',
    })),
  );
}

/**
 * Launches DBOS in this process: the executor, its queues and its schedules. Workflows must be imported and the ports set
 * before. With `queues`, only those are worked on (and the recovery queue, always). The system database must be migrated:
 * a fleet that starts on an empty one deadlocks when each process migrates for itself.
 *
 * LISTEN/NOTIFY is off: it serves recv, events and streams, which no workflow here waits on; it would hold a connection
 * for good, and transaction poolers break it silently.
 */
export async function launchDbos({
  systemDatabaseUrl,
  executorId,
  log,
  queues,
  embedded,
  schedules = SCHEDULES,
}: {
  systemDatabaseUrl: string;
  executorId: string;
  log: Log;
  queues?: readonly string[] | undefined;
  embedded: boolean;
  schedules?: readonly ScheduleSettings[];
}): Promise<void> {
  const listenQueues = queues && queuesToListen(queues);
  pool = openPool(systemDatabaseUrl, embedded, log);
  DBOS.setConfig({
    name: 'moltnet',
    systemDatabaseUrl,
    systemDatabasePool: pool,
    systemDatabaseSchemaName: 'dbos',
    applicationVersion: APP_VERSION,
    executorID: executorId,
    enablePatching: true,
    runMigrations: false,
    useListenNotify: false,
    tracingEnabled: false,
    logger: dbosLog(log),
    ...(listenQueues && { listenQueues }),
  });
  await DBOS.launch();
  for (const { name, pollingIntervalMs, why: _, ...limits } of QUEUES) {
    await DBOS.registerQueue(name, { ...limits, minPollingIntervalMs: pollingIntervalMs, onConflict: 'never_update' });
  }
  await applySchedules(schedules);
}

/**
 * Takes no new work, gives running workflows `drainMs` to end, then lets go of the system database. Call it before the
 * application's pool is closed: a step that fails for want of it must find nothing to record its failure in, so that
 * what did not end is recovered and not failed.
 */
export async function stopDbos({ drainMs }: { drainMs: number }): Promise<void> {
  await DBOS.shutdown({ workflowCompletionTimeoutMS: drainMs });
  const ending = pool?.end();
  pool = undefined;
  await Promise.race([ending, sleep(POOL_END_MS, undefined, { ref: false })]);
}
