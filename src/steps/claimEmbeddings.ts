import { DBOS } from '@dbos-inc/dbos-sdk';
import { claimTasks, releaseClaim, retryFailedTasks, type EmbeddingTask } from '../db/embeddings/tasks.js';
import { ports } from '../ports/index.js';

export const CLAIM_SIZE = 64;
const RETRY_BATCH = 500;

/** Claims up to 64 entries that wait for a vector; the same claim name answers the same entries again. */
export function claimEmbeddings(claim: string): Promise<EmbeddingTask[]> {
  return DBOS.runStep(() => claimTasks(ports().db, claim, CLAIM_SIZE), {
    name: 'claimEmbeddings',
    retriesAllowed: true,
    maxAttempts: 3,
  });
}

/** Gives back what the claim still holds, due again in a while. Run twice, the second finds nothing to give back. */
export function releaseEmbeddings(claim: string, delaySeconds: number): Promise<number> {
  return DBOS.runStep(() => releaseClaim(ports().db, claim, delaySeconds), {
    name: 'releaseEmbeddings',
    retriesAllowed: true,
    maxAttempts: 3,
  });
}

/** Makes failed entries due again whose waiting time is over. Run twice, the second finds the rest, or none. */
export function retryFailedEmbeddings(): Promise<number> {
  return DBOS.runStep(() => retryFailedTasks(ports().db, RETRY_BATCH), {
    name: 'retryFailedEmbeddings',
    retriesAllowed: true,
    maxAttempts: 3,
  });
}
