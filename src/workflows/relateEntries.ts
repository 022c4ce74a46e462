/**
 * Stores what one entry says about another, with its effect: an accepted `supersedes` puts the one in the place of the other.
 * Started by POST /entries/:id/relations; keyed by the relation's id.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { NewRelation } from '../rules/relation.js';
import { storeRelation, type RelationOutcome } from '../steps/changeRelation.js';

async function run(input: NewRelation): Promise<RelationOutcome> {
  return storeRelation(input);
}

export const relateEntries = DBOS.registerWorkflow(run, { name: 'relateEntries', maxRecoveryAttempts: 10 });
