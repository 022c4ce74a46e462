/**
 * Accepts or rejects a relation, or changes its evidence. Started by PATCH /relations/:id; the state decides, so again is no
 * change.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { changeRelation as change, type RelationOutcome, type RelationEdit } from '../steps/changeRelation.js';

async function run(input: RelationEdit): Promise<RelationOutcome> {
  return change(input);
}

export const changeRelation = DBOS.registerWorkflow(run, { name: 'changeRelation', maxRecoveryAttempts: 10 });
