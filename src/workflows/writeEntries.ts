/**
 * Stores the entries of one write run: what one request brings, or several requests that were in flight together.
 * Started by the write intake; a run's id names the attempt, each entry is keyed by its own id. Promises that every
 * entry is stored once or refused with a reason, in the order given.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { NewEntry, WriteOutcome } from '../rules/newEntry.js';
import { storeEntries } from '../steps/storeEntries.js';

async function write(runId: string, entries: NewEntry[]): Promise<WriteOutcome[]> {
  return storeEntries(runId, entries);
}

export const writeEntries = DBOS.registerWorkflow(write, { name: 'writeEntries', maxRecoveryAttempts: 10 });
