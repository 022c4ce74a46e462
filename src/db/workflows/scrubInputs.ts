import type { Db } from '../database.js';

/**
 * Takes the inputs from every finished run about these entries, found by their attributes: texts that are erased must
 * not live on in a workflow's history. Takes the system database. Answers how many runs were scrubbed.
 */
export async function scrubInputsAbout(systemDb: Db, entryIds: string[]): Promise<number> {
  let scrubbed = 0;
  for (const id of entryIds) {
    const { rowCount } = await systemDb.raw<{ rowCount: number }>(
      `delete from dbos.workflow_input where workflow_uuid in (
         select workflow_uuid from dbos.workflow_status
         where attributes @> ?::jsonb and status not in ('PENDING', 'ENQUEUED', 'DELAYED'))`,
      [JSON.stringify({ entries: [id] })],
    );
    scrubbed += rowCount;
  }
  return scrubbed;
}
