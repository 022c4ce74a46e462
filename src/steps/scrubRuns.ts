import { DBOS } from '@dbos-inc/dbos-sdk';
import { scrubInputsAbout } from '../db/workflows/scrubInputs.js';
import { ports } from '../ports/index.js';

/** Erases the texts of these entries from the payloads of finished runs. Run twice, the second finds nothing left. */
export function scrubRuns(entryIds: string[]): Promise<number> {
  return DBOS.runStep(() => scrubInputsAbout(ports().systemDb, entryIds), {
    name: 'scrubRuns',
    retriesAllowed: true,
    maxAttempts: 5,
  });
}
