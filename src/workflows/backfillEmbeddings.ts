/**
 * Sweeps up after embedding: entries that failed become due again once their waiting time is over, and a model whose
 * vectors are complete takes over. Started by the clock; what is due then is found by the embedding trigger.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { activateModel } from '../steps/activateModel.js';
import { retryFailedEmbeddings } from '../steps/claimEmbeddings.js';

async function backfill(_scheduledFor: Date): Promise<void> {
  await retryFailedEmbeddings();
  await activateModel();
}

export const backfillEmbeddings = DBOS.registerWorkflow(backfill, {
  name: 'backfillEmbeddings',
  maxRecoveryAttempts: 5,
});
