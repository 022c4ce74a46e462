/**
 * Deletes one entry: its text is erased from the application's tables, then from the payloads of every finished run
 * about it; hash, author, place and time stay. Started by DELETE /entries/:id; keyed by the entry.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { ChangeOutcome } from '../rules/changes.js';
import { eraseEntry, type Erasure } from '../steps/eraseEntries.js';
import { scrubRuns } from '../steps/scrubRuns.js';

async function remove(erasure: Erasure): Promise<ChangeOutcome> {
  const outcome = await eraseEntry(erasure);
  if (outcome.outcome !== 'refused') await scrubRuns([erasure.entryId]);
  return outcome;
}

export const deleteEntry = DBOS.registerWorkflow(remove, { name: 'deleteEntry', maxRecoveryAttempts: 10 });
