/** How a run reads from `dbos.workflow_status`, the same in a list, in a run's own page and beside a stranded run. */

export type RunStatus =
  'PENDING' | 'ENQUEUED' | 'DELAYED' | 'SUCCESS' | 'ERROR' | 'CANCELLED' | 'MAX_RECOVERY_ATTEMPTS_EXCEEDED';

export type Run = {
  id: string;
  name: string;
  status: RunStatus;
  queue: string | null;
  priority: number;
  executorId: string | null;
  version: string | null;
  attempts: number;
  /** `agents`, `diaries`, `entries`: whom and what the run is about. */
  attributes: Record<string, unknown>;
  schedule: string | null;
  parentId: string | null;
  forkedFrom: string | null;
  createdAt: Date;
  startedAt: Date | null;
  completedAt: Date | null;
};

export type RunError = { name: string; message: string };

/** Several applications may share a system database: only our rows, and rows that nobody owns, are ours. */
export const OURS = `(w.application_name = 'moltnet' or w.application_name is null)`;

const time = (column: string): string => `to_timestamp(w.${column} / 1000.0)`;

export const RUN_COLUMNS = `
  w.workflow_uuid as id, w.name, w.status, w.queue_name as queue, w.priority, w.executor_id as "executorId",
  w.application_version as version, w.recovery_attempts::int as attempts, coalesce(w.attributes, '{}') as attributes,
  w.schedule_name as schedule, w.parent_workflow_id as "parentId", w.forked_from as "forkedFrom",
  ${time('created_at')} as "createdAt", ${time('started_at_epoch_ms')} as "startedAt",
  ${time('completed_at')} as "completedAt"`;

/** A stored value without its envelope; dates and the like stay in their JSON form, which is what people read. */
export function readValue(stored: string | null): unknown {
  if (stored === null) return undefined;
  const parsed: unknown = JSON.parse(stored);
  return typeof parsed === 'object' && parsed !== null && 'json' in parsed ? parsed.json : parsed;
}

/** The name and message of a stored error, without its stack; undefined where there is none. */
export function readError(stored: string | null): RunError | undefined {
  const value = readValue(stored);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) return { name: 'Error', message: JSON.stringify(value) };
  const { name = 'Error', message = '' } = value as Partial<RunError>;
  return { name, message };
}
