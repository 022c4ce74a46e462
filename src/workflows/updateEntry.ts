/**
 * Edits one entry. Started by PATCH /entries/:id; compare-and-set on the version, so of two edits of one version one
 * applies and the other is refused. The former version is kept; the vector follows by embedPending. A signed entry is
 * edited by a signed successor, which is stored and put in its place at once.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { ChangeOutcome, EntryEdit, Succession } from '../rules/changes.js';
import { reviseEntry } from '../steps/reviseEntry.js';
import { storeSuccessor } from '../steps/storeSuccessor.js';

async function update(edit: EntryEdit | Succession): Promise<ChangeOutcome> {
  return 'successor' in edit ? storeSuccessor(edit) : reviseEntry(edit);
}

export const updateEntry = DBOS.registerWorkflow(update, { name: 'updateEntry', maxRecoveryAttempts: 10 });
