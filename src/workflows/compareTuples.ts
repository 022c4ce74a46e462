/**
 * Compares the tuples at the identity service with what our rows ask for, page by page, and sets right what differs: what
 * is missing is marked behind and mirrored by syncTuples, what nothing asks for is removed. Started by the clock; the tick
 * is its key. The report is a row in tuple_comparisons, shown by /health/ready and to operators.
 *
 * It shares the queue `maintenance` with syncTuples, so nothing is mirrored while it looks: what changes meanwhile is behind
 * when the two sides are compared, and is no difference.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { AppError, failureMessage } from '../errors.js';
import { NAMESPACES } from '../rules/namespaces.js';
import {
  countExtra,
  finishComparison,
  listExtra,
  removeTuples,
  requeueMissing,
  sightTuples,
  startComparison,
} from '../steps/compareTuples.js';
import { startTupleSync } from './triggers.js';

const COMPARED = Object.keys(NAMESPACES).filter((name) => Object.keys(NAMESPACES[name]?.related ?? {}).length > 0);
/** Ten million tuples: more is a service that pages in a circle. */
const MAX_PAGES = 10_000;

async function compare(tick: Date): Promise<void> {
  const comparison = tick.toISOString();
  await startComparison(comparison);
  try {
    for (const namespace of COMPARED) await sightAll(comparison, namespace);
    // What is marked behind is no difference any more, so what is there too much goes first.
    const failure = await removeExtra(comparison);
    if ((await requeueMissing(comparison)) > 0) await startTupleSync(tick);
    await finishComparison(comparison, failure);
  } catch (error) {
    await finishComparison(comparison, failureMessage(error));
  }
}

async function sightAll(comparison: string, namespace: string): Promise<void> {
  let pageToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    pageToken = await sightTuples({ comparison, namespace, pageToken });
    if (pageToken === undefined) return;
  }
  throw new AppError('IdentityUnavailable', `The identity service has no last page of the namespace ${namespace}.`);
}

/** Answers why it could not, if so: what is missing is mended all the same. */
async function removeExtra(comparison: string): Promise<string | null> {
  try {
    for (let extra = await listExtra(comparison); extra.length > 0; extra = await listExtra(comparison)) {
      await removeTuples(extra);
      await countExtra(comparison, extra);
    }
    return null;
  } catch (error) {
    return failureMessage(error);
  }
}

export const compareTuples = DBOS.registerWorkflow(compare, { name: 'compareTuples', maxRecoveryAttempts: 3 });
