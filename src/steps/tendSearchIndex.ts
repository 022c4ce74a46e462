import { DBOS } from '@dbos-inc/dbos-sdk';
import { createVectorIndex, listModelsToIndex } from '../db/search/vectorIndex.js';
import { settleSearchIndex } from '../db/search/settleSearchIndex.js';
import { ports } from '../ports/index.js';
import { EXACT_UP_TO } from '../rules/chooseVectorPlan.js';

/** Moves what writes left in the index's waiting list into the index; run twice, the second finds little or nothing. */
export function settleIndex(): Promise<number> {
  return DBOS.runStep(() => settleSearchIndex(ports().db), { name: 'settleIndex' });
}

/** The models whose vectors have become too many to be searched exactly, and have no index. */
export function findModelsToIndex(): Promise<number[]> {
  return DBOS.runStep(() => listModelsToIndex(ports().db, EXACT_UP_TO), { name: 'findModelsToIndex' });
}

/**
 * Builds a model's vector index, for minutes where there are hundreds of thousands; writes go on meanwhile. Run twice, the
 * second answers `already`, or `running` while the first still builds.
 */
export function buildVectorIndex(modelId: number): Promise<'applied' | 'already' | 'running'> {
  return DBOS.runStep(() => createVectorIndex(ports().databaseUrl, modelId), { name: 'buildVectorIndex' });
}
