import type { Db } from '../database.js';
import { OURS, type Run, RUN_COLUMNS } from './runs.js';

/** Why a run stands still though nothing has failed, and what ends that. */
const REMEDIES = {
  deadExecutor:
    'Its executor has no live lease. A live process takes such work over within half a minute: see that one is running.',
  retiredVersion:
    'No executor runs its version. Older ones are moved to the current version within a minute; a newer one waits for its deploy.',
  unknownWorkflow: 'No workflow of this name exists in this version. Deploy the code that has it, or cancel the run.',
  unknownQueue: 'Its queue is not registered. Deploy the code that has it, or cancel the run and start it anew.',
  missingPartitionKey: 'Its queue is partitioned and it has no partition key. Cancel it and start it anew with one.',
  missingInput: 'Its input is gone. Cancel it and start it anew.',
  pausedQueue: 'Its queue is paused (worker concurrency 0). Set the concurrency again when the reason has passed.',
} as const;

export type StrandedReason = keyof typeof REMEDIES;
export type StrandedRun = Run & { reason: StrandedReason; remedy: string };

/**
 * Runs that will not go on by themselves, oldest first. Takes the system database, and from the application's who is
 * alive. DBOS leaves such rows as they are without a word.
 */
export async function findStrandedRuns(
  systemDb: Db,
  { executors, names, limit }: { executors: { id: string; appVersion: string }[]; names: string[]; limit: number },
): Promise<StrandedRun[]> {
  const { rows } = await systemDb.raw<{ rows: (Run & { reason: StrandedReason })[] }>(
    `select * from (
       select ${RUN_COLUMNS}, case
         when w.status = 'PENDING' and w.executor_id <> all(:executorIds) then 'deadExecutor'
         when w.name <> all(:names) then 'unknownWorkflow'
         when w.application_version <> all(:versions) then 'retiredVersion'
         when not exists (select from dbos.workflow_input i where i.workflow_uuid = w.workflow_uuid) then 'missingInput'
         when w.status = 'PENDING' then null
         when w.queue_name <> '_dbos_internal_queue' and q.name is null then 'unknownQueue'
         when q.partition_queue and w.queue_partition_key is null then 'missingPartitionKey'
         when q.worker_concurrency = 0 then 'pausedQueue'
       end as reason
       from dbos.workflow_status w
       left join dbos.queues q on q.name = w.queue_name
       where w.status in ('PENDING', 'ENQUEUED', 'DELAYED') and ${OURS}
     ) r where reason is not null order by "createdAt" limit :limit`,
    {
      executorIds: executors.map((executor) => executor.id),
      versions: [...new Set(executors.map((executor) => executor.appVersion))],
      names,
      limit,
    },
  );
  return rows.map((run) => ({ ...run, remedy: REMEDIES[run.reason] }));
}
