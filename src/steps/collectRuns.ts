import { DBOS } from '@dbos-inc/dbos-sdk';
import { deleteEndedRuns, deleteInputs } from '../db/workflows/collectRuns.js';
import type { RunStatus } from '../db/workflows/runs.js';
import { ports } from '../ports/index.js';

/** What is deleted stays deleted, so doing either again finds less. One batch each: locks are held for a tenth of a second. */
const BATCH = 1_000;
const RETRIES = { retriesAllowed: true, maxAttempts: 3 };

/** True while a full batch was found, so that more may be waiting. */
export async function scrubInputs(names: readonly string[], since: Date): Promise<boolean> {
  const scrubbed = await DBOS.runStep(() => deleteInputs(ports().systemDb, { names, since, limit: BATCH }), {
    name: 'scrubInputs',
    ...RETRIES,
  });
  return scrubbed === BATCH;
}

export type Expired = { statuses: readonly RunStatus[]; scheduledOnly: boolean; before: Date };

/** True while a full batch was found, so that more may be waiting. */
export async function forgetRuns(expired: Expired): Promise<boolean> {
  const forgotten = await DBOS.runStep(() => deleteEndedRuns(ports().systemDb, { ...expired, limit: BATCH }), {
    name: 'forgetRuns',
    ...RETRIES,
  });
  return forgotten === BATCH;
}
