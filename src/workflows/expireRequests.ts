/**
 * Ends signing requests whose time is up, and forgets those that were settled long ago. Started by the clock each minute.
 * Readers compare times themselves, so nothing depends on how punctual this is.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { expireSigningRequests, forgetSettledRequests } from '../steps/expireSigningRequests.js';

const KEEP_MS = 30 * 24 * 3_600_000;
const MAX_BATCHES = 20;

async function expire(tick: Date): Promise<void> {
  for (let batch = 0; batch < MAX_BATCHES && (await expireSigningRequests()); batch++);
  const before = new Date(tick.getTime() - KEEP_MS);
  for (let batch = 0; batch < MAX_BATCHES && (await forgetSettledRequests(before)); batch++);
}

export const expireRequests = DBOS.registerWorkflow(expire, { name: 'expireRequests', maxRecoveryAttempts: 3 });
