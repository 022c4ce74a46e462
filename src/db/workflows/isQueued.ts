import type { Db } from '../database.js';

/** Whether a run of this workflow waits that nobody has begun. Takes the system database. */
export async function isQueued(systemDb: Db, workflow: string): Promise<boolean> {
  const { rows } = await systemDb.raw<{ rows: unknown[] }>(
    `select 1 from dbos.workflow_status where name = ? and status = 'ENQUEUED' limit 1`,
    [workflow],
  );
  return rows.length > 0;
}
