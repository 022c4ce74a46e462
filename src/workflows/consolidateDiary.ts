/**
 * Consolidates a diary: selects its newest episodic entries, groups what belongs together, and lets a semantic entry take
 * the place of each group. Started by hand (REST) or by the clock; the run's row is keyed by its id. Promises that every
 * source is superseded or as it was, that no source is changed or deleted, and that a failed run has a report too.
 *
 * Retry finishes the run; a new consolidation is a run with an id of its own.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { failureMessage } from '../errors.js';
import type { ConsolidationReport, ConsolidationRequest } from '../rules/consolidation/run.js';
import { applyGroups, failRun, groupSelected, selectSources, type Selection } from '../steps/consolidate.js';

export type ConsolidationOutcome =
  { outcome: 'applied'; report: ConsolidationReport } | Extract<Selection, { outcome: 'refused' }>;

async function consolidate(request: ConsolidationRequest): Promise<ConsolidationOutcome> {
  const selection = await selectSources(request);
  if (selection.outcome === 'refused') return selection;
  try {
    await groupSelected(request.runId);
    return { outcome: 'applied', report: await applyGroups(request) };
  } catch (error) {
    await failRun(request.runId, failureMessage(error));
    throw error;
  }
}

export const consolidateDiary = DBOS.registerWorkflow(consolidate, {
  name: 'consolidateDiary',
  maxRecoveryAttempts: 10,
});
