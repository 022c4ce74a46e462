/**
 * Brings the tuples at the identity service up to date with diaries, grants and agents, which are what decides access here.
 * Started when something is behind and by the clock (triggers.ts), on the queue `maintenance`, so never two at once; keyed
 * by nothing, since what is behind is found by the rows' versions. While the service is away the rows stay behind and the
 * next try is put off.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { failureMessage } from '../errors.js';
import { listBehind, markMirrored, mirrorTuples, recordMirrorRun } from '../steps/mirrorTuples.js';

/** Bounds a run's history, and how long other maintenance waits for it; what is left is the next run's. */
const MAX_ROUNDS = 50;

async function sync(startedAt: Date): Promise<void> {
  let failure: string | null = null;
  for (let round = 0; round < MAX_ROUNDS && failure === null; round++) {
    const behind = await listBehind();
    if (behind.length === 0) break;
    try {
      await mirrorTuples(behind);
      await markMirrored(behind);
    } catch (error) {
      failure = failureMessage(error);
    }
  }
  await recordMirrorRun(startedAt.toISOString(), failure);
}

export const syncTuples = DBOS.registerWorkflow(sync, { name: 'syncTuples', maxRecoveryAttempts: 10 });
