import type { Db } from '../database.js';

/** The arguments of a run whose payload was scrubbed: none. */
const NO_ARGUMENTS = '{"json":[]}';

/**
 * Takes the inputs from every finished run about these entries, found by their attributes: texts that are erased must
 * not live on in a workflow's history. Takes the system database. Answers how many runs were scrubbed.
 */
export async function scrubInputsAbout(systemDb: Db, entryIds: string[]): Promise<number> {
  let scrubbed = 0;
  for (const id of entryIds) {
    const { rowCount } = await systemDb.raw<{ rowCount: number }>(
      `update dbos.workflow_input set inputs = ?
       where inputs is distinct from ? and workflow_uuid in (
         select workflow_uuid from dbos.workflow_status
         where attributes @> ?::jsonb and status not in ('PENDING', 'ENQUEUED', 'DELAYED'))`,
      [NO_ARGUMENTS, NO_ARGUMENTS, JSON.stringify({ entries: [id] })],
    );
    scrubbed += rowCount;
  }
  return scrubbed;
}
