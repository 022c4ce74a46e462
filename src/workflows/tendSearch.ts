/**
 * Keeps searches fast: settles the word index after bursts of writes, and builds a model's vector index once its vectors
 * are too many for an exact scan. Started by the clock; each step finds by the rows' state what is due.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { buildVectorIndex, findModelsToIndex, settleIndex } from '../steps/tendSearchIndex.js';

async function tend(_scheduledFor: Date): Promise<void> {
  await settleIndex();
  for (const modelId of await findModelsToIndex()) await buildVectorIndex(modelId);
}

export const tendSearch = DBOS.registerWorkflow(tend, { name: 'tendSearch', maxRecoveryAttempts: 3 });
