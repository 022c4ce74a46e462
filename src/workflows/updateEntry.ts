/**
 * Edits one entry. Started by PATCH /entries/:id; compare-and-set on the version, so of two edits of one version one
 * applies and the other is refused. The former version is kept; the vector follows by embedPending.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { ChangeOutcome, EntryEdit } from '../rules/changes.js';
import { reviseEntry } from '../steps/reviseEntry.js';

async function update(edit: EntryEdit): Promise<ChangeOutcome> {
  return reviseEntry(edit);
}

export const updateEntry = DBOS.registerWorkflow(update, { name: 'updateEntry', maxRecoveryAttempts: 10 });
