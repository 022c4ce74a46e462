import type { Db } from '../database.js';
import { OURS, type RunError, type RunStatus, readError } from './runs.js';

export type RetryFacts = {
  id: string;
  name: string;
  status: RunStatus;
  queue: string | null;
  partitionKey: string | null;
  version: string | null;
  hasInput: boolean;
  /** `attributes.retryFrom`: `start` for a workflow that undid its steps, which must not be entered in its middle. */
  retryFrom: string | null;
  error: RunError | undefined;
  steps: { number: number; name: string; error: RunError | undefined; childId: string | null }[];
};

/**
 * What a retry is decided by; undefined if there is no such run. Takes the system database. A cancelled or dead-lettered
 * run has lost its queue: then it is the one that the last run of its name had.
 */
export async function findRetryFacts(systemDb: Db, id: string): Promise<RetryFacts | undefined> {
  type Row = Omit<RetryFacts, 'error' | 'steps'> & { storedError: string | null };
  const { rows } = await systemDb.raw<{ rows: Row[] }>(
    `select w.workflow_uuid as id, w.name, w.status, w.queue_partition_key as "partitionKey",
       w.application_version as version, w.attributes ->> 'retryFrom' as "retryFrom", o.error as "storedError",
       exists (select from dbos.workflow_input i where i.workflow_uuid = w.workflow_uuid and i.inputs is not null) as "hasInput",
       coalesce(w.queue_name, (
         select p.queue_name from dbos.workflow_status p
         where p.name = w.name and p.queue_name <> '_dbos_internal_queue'
         order by p.created_at desc limit 1)) as queue
     from dbos.workflow_status w left join dbos.workflow_output o on o.workflow_uuid = w.workflow_uuid
     where w.workflow_uuid = ? and ${OURS}`,
    [id],
  );
  if (!rows[0]) return undefined;
  const { storedError, ...facts } = rows[0];
  const { rows: steps } = await systemDb.raw<{
    rows: { number: number; name: string; error: string | null; childId: string | null }[];
  }>(
    `select function_id as number, function_name as name, error, child_workflow_id as "childId"
     from dbos.operation_outputs where workflow_uuid = ? order by function_id`,
    [id],
  );
  return {
    ...facts,
    error: readError(storedError),
    steps: steps.map((step) => ({ ...step, error: readError(step.error) })),
  };
}
