import type { Db } from './database.js';

/** Several applications may share a system database: only our rows, and rows that nobody owns, are ours to touch. */
const OURS = `(application_name = 'moltnet' or application_name is null)`;
const NOW_MS = `(extract(epoch from clock_timestamp()) * 1000)::bigint`;

export type RecoveredRun = { id: string; name: string; queue: string; executorId: string; attempts: number };

/** The executors that running work is written down for, whether alive or not. */
export async function listExecutorsWithWork(systemDb: Db): Promise<string[]> {
  const { rows } = await systemDb.raw<{ rows: { id: string }[] }>(
    `select distinct executor_id as id from dbos.workflow_status where status = 'PENDING' and ${OURS}`,
  );
  return rows.map((row) => row.id);
}

/**
 * Puts running work of these executors back on its queue (work without one on `queueForDirect`), at most `limit` runs.
 * The guard is in the write: a run that ended, or that a live executor took meanwhile, is no longer PENDING with a dead
 * owner, so two sweepers do no harm. Clearing `owner_xid` fences the former owner: should it only have hung, its next
 * checkpoint is refused, and one step at most ran twice. Rows locked by a checkpoint in progress wait for the next sweep.
 */
export async function requeueWorkOf(
  systemDb: Db,
  executorIds: string[],
  { queueForDirect, limit }: { queueForDirect: string; limit: number },
): Promise<RecoveredRun[]> {
  const { rows } = await systemDb.raw<{ rows: RecoveredRun[] }>(
    `update dbos.workflow_status w
     set status = 'ENQUEUED', owner_xid = null, started_at_epoch_ms = null, updated_at = ${NOW_MS},
         queue_name = coalesce(w.queue_name, :queueForDirect)
     from (
       select workflow_uuid, executor_id from dbos.workflow_status
       where status = 'PENDING' and executor_id = any(:executorIds) and ${OURS}
       order by created_at limit :limit for update skip locked
     ) dead
     where w.workflow_uuid = dead.workflow_uuid and w.status = 'PENDING' and w.executor_id = dead.executor_id
     returning w.workflow_uuid as id, w.name, w.queue_name as queue, w.executor_id as "executorId",
               w.recovery_attempts::int as attempts`,
    { executorIds, queueForDirect, limit },
  );
  return rows;
}

/** Every version that ever ran here, by its name. */
export async function listVersions(systemDb: Db): Promise<string[]> {
  const { rows } = await systemDb.raw<{ rows: { name: string }[] }>(
    `select version_name as name from dbos.application_versions where ${OURS} order by version_timestamp`,
  );
  return rows.map((row) => row.name);
}

/** Hands waiting work of retired versions to `to`, for workflows that it still has; answers how many runs moved. */
export async function moveWaitingWork(
  systemDb: Db,
  { from, to, names }: { from: string[]; to: string; names: string[] },
): Promise<number> {
  const { rowCount } = await systemDb.raw<{ rowCount: number }>(
    `update dbos.workflow_status set application_version = :to, updated_at = ${NOW_MS}
     where status in ('ENQUEUED', 'DELAYED') and application_version = any(:from) and name = any(:names) and ${OURS}`,
    { from, to, names },
  );
  return rowCount;
}
