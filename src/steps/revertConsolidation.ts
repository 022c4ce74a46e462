import { DBOS } from '@dbos-inc/dbos-sdk';
import { addRunEvent, findConsolidationRun, listGroups } from '../db/consolidation/runs.js';
import { mayConsolidate } from '../db/consolidation/mayConsolidate.js';
import { listSuperseded } from '../db/consolidation/successors.js';
import { takeBack } from '../db/consolidation/takeBack.js';
import type { Db } from '../db/database.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { runHash } from '../rules/consolidation/run.js';
import type { RefusalReason } from '../rules/newEntry.js';

export interface Reversion {
  runId: string;
  actorId: string;
}

export type ReversionOutcome =
  | { outcome: 'applied' | 'already'; successors: string[] }
  | { outcome: 'refused'; reason: RefusalReason; message: string };

/** Brings the sources of an applied run back and takes its successors away, in one transaction. Run twice: `already`. */
export function revertRun(reversion: Reversion): Promise<ReversionOutcome> {
  return DBOS.runStep(() => ports().db.transaction((trx) => revert(trx, reversion)), {
    name: 'revertRun',
    retriesAllowed: true,
    maxAttempts: 5,
    intervalSeconds: 0.2,
    shouldRetry: isRetryable,
  });
}

async function revert(trx: Db, { runId, actorId }: Reversion): Promise<ReversionOutcome> {
  const run = await findConsolidationRun(trx, runId, { lock: true });
  if (!run || !(await mayConsolidate(trx, run.diaryId, actorId)))
    return { outcome: 'refused', reason: 'NotFound', message: `There is no consolidation ${runId}.` };
  const successors = (await listGroups(trx, runId))
    .filter((group) => group.state === 'applied')
    .map((group) => group.successorId);
  if (run.state === 'reverted') return { outcome: 'already', successors };
  if (run.state !== 'applied') {
    const message = `The consolidation ${runId} is ${run.state}: only what was applied can be reverted.`;
    return { outcome: 'refused', reason: 'Conflict', message };
  }
  if (run.revertibleUntil && run.revertibleUntil < new Date()) {
    const message = `The consolidation ${runId} could be reverted until ${run.revertibleUntil.toISOString()}.`;
    return { outcome: 'refused', reason: 'Gone', message };
  }
  const built = await listSuperseded(trx, successors);
  if (built.length > 0) {
    const message = `Entry ${built.join(', ')} of this consolidation has been superseded itself: revert that first.`;
    return { outcome: 'refused', reason: 'Conflict', message };
  }
  await takeBack(trx, { successorIds: successors, actorId, reason: 'the consolidation was reverted' });
  await trx('consolidation_runs').where('id', runId).update({ state: 'reverted', reverted_at: trx.fn.now() });
  await addRunEvent(trx, { kind: 'run.reverted', run, actorId, hash: runHash(runId, 'reverted', successors) });
  return { outcome: 'applied', successors };
}
