/**
 * What starts what, in one place. Writes, edits and deletions are started by their doors and answered; everything
 * below follows from them, from a boot or from the clock, and nobody waits for it.
 *
 * | when                                              | starts       | on queue    |
 * | ------------------------------------------------- | ------------ | ----------- |
 * | entries were stored, or an edit changed a text    | embedPending | embedding   |
 * | a process starts, or every minute, if texts wait  | embedPending | embedding   |
 * | a text failed among others                        | embedEntry   | embedding   |
 * | a key was replaced or revoked                     | mirrorAgent  |             |
 * | a diary, a grant or an agent changed who may what | syncTuples   | maintenance |
 * | a comparison found tuples missing                 | syncTuples   | maintenance |
 *
 * What the clock starts is in schedules.ts: backfillEmbeddings, collectWorkflows, compareTuples, expireRequests, syncTuples, tendSearch.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { embedPending } from './embedPending.js';
import { mirrorAgent } from './mirrorAgent.js';
import { syncTuples } from './syncTuples.js';

/** Starts an embedding run; `claim` names it, and the entries that it will claim. */
export async function startEmbedding(claim: string): Promise<void> {
  await DBOS.startWorkflow(embedPending, { queueName: 'embedding' })(claim);
}

/**
 * Starts the run that tells the identity service of an agent's rows. On no queue: it may wait for that service for long, and
 * nobody else's work is to wait with it.
 */
export async function startMirror(agentId: string): Promise<void> {
  await DBOS.startWorkflow(mirrorAgent, { workflowAttributes: { agents: [agentId] } })(agentId);
}

/** Starts a run that mirrors changed access to the identity service; the time names the run in its own record. */
export async function startTupleSync(at: Date): Promise<void> {
  await DBOS.startWorkflow(syncTuples, { queueName: 'maintenance' })(at);
}
