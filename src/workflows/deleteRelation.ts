/**
 * Takes a relation back; what it superseded is current again. Started by DELETE /relations/:id.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { removeRelation, type RelationOutcome, type RelationEdit } from '../steps/changeRelation.js';

async function run(input: Omit<RelationEdit, 'changes'>): Promise<RelationOutcome> {
  return removeRelation(input);
}

export const deleteRelation = DBOS.registerWorkflow(run, { name: 'deleteRelation', maxRecoveryAttempts: 10 });
