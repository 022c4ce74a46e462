import { DBOS } from '@dbos-inc/dbos-sdk';
import { claimTasks, releaseClaim, type EmbeddingTask } from '../db/embeddings/tasks.js';
import { ports } from '../ports/index.js';

const BATCH = 64;

/** Claims up to 64 entries that wait for a vector; the same claim name answers the same entries again. */
export function claimEmbeddings(claim: string): Promise<EmbeddingTask[]> {
  return DBOS.runStep(() => claimTasks(ports().db, claim, BATCH), {
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
