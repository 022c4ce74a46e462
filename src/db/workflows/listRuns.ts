import type { Db } from '../database.js';
import { OURS, type Run, RUN_COLUMNS, type RunError, type RunStatus, readError } from './runs.js';

export type RunFilter = {
  name?: string | undefined;
  statuses?: RunStatus[] | undefined;
  queue?: string | undefined;
  /** An agent's, diary's or entry's id, as the run's attributes carry it. */
  agent?: string | undefined;
  diary?: string | undefined;
  entry?: string | undefined;
  schedule?: string | undefined;
  createdFrom?: Date | undefined;
  createdBefore?: Date | undefined;
  /** Part of the error's name or message. */
  error?: string | undefined;
};

/** Where a page ended. */
export type RunPlace = { createdAt: Date; id: string };

export type ListedRun = Run & { error: RunError | undefined };

/** The filter as conditions with named bindings; absent ones add nothing. */
function conditions(filter: RunFilter): { where: string[]; bindings: Record<string, unknown> } {
  const where = [OURS];
  const bindings: Record<string, unknown> = {};
  const add = (condition: string, values: Record<string, unknown>): void => {
    where.push(condition);
    Object.assign(bindings, values);
  };
  if (filter.name) add('w.name = :name', { name: filter.name });
  if (filter.statuses) add('w.status = any(:statuses)', { statuses: filter.statuses });
  if (filter.queue) add('w.queue_name = :queue', { queue: filter.queue });
  if (filter.schedule) add('w.schedule_name = :schedule', { schedule: filter.schedule });
  if (filter.createdFrom) add('w.created_at >= :createdFrom', { createdFrom: filter.createdFrom.getTime() });
  if (filter.createdBefore) add('w.created_at < :createdBefore', { createdBefore: filter.createdBefore.getTime() });
  if (filter.error) add('strpos(lower(o.error), lower(:error)) > 0', { error: filter.error });
  const about = {
    ...(filter.agent && { agents: [filter.agent] }),
    ...(filter.diary && { diaries: [filter.diary] }),
    ...(filter.entry && { entries: [filter.entry] }),
  };
  if (Object.keys(about).length > 0) add('w.attributes @> :about::jsonb', { about: JSON.stringify(about) });
  return { where, bindings };
}

/**
 * Runs, newest first, after the place where the last page ended; no payloads but the name and message of an error. Takes
 * the system database. The page's end is a row's own place, so what is written meanwhile neither repeats nor hides one.
 */
export async function listRuns(
  systemDb: Db,
  filter: RunFilter,
  { after, limit }: { after?: RunPlace | undefined; limit: number },
): Promise<ListedRun[]> {
  const { where, bindings } = conditions(filter);
  if (after) {
    // The first condition is the one that an index serves; runs of one millisecond are told apart by the second.
    where.push('w.created_at <= :placeAt and (w.created_at, w.workflow_uuid) < (:placeAt, :placeId)');
    Object.assign(bindings, { placeAt: after.createdAt.getTime(), placeId: after.id });
  }
  const { rows } = await systemDb.raw<{ rows: (Run & { storedError: string | null })[] }>(
    `select ${RUN_COLUMNS}, o.error as "storedError"
     from dbos.workflow_status w
     left join dbos.workflow_output o on o.workflow_uuid = w.workflow_uuid
     where ${where.join(' and ')}
     order by w.created_at desc, w.workflow_uuid desc
     limit :limit`,
    { ...bindings, limit },
  );
  return rows.map(({ storedError, ...run }) => ({ ...run, error: readError(storedError) }));
}
