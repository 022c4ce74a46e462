import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Db } from '../db/database.js';
import { findRetryFacts } from '../db/workflows/findRetryFacts.js';
import { AppError } from '../errors.js';
import { planRetry } from '../rules/planRetry.js';
import { RECOVERY_QUEUE } from '../workflows/queues.js';
import { APP_VERSION, listWorkflowNames } from './dbos.js';

export type Retry = {
  id: string;
  action: 'rewind' | 'resume';
  queue: string;
  /** The recorded steps that run again. */
  again: { number: number; name: string }[];
  /** Runs that this one waited for and that were tried again before it. */
  children: Retry[];
};

/** A chain of runs that wait for each other is short; a longer one is a loop in the data. */
const MAX_DEPTH = 10;

/**
 * Tries a failed, cancelled or dead-lettered run again under its own id, on its queue, with its priority. Throws NotFound,
 * or Conflict with the reason for a run that cannot be retried. What the steps answered (`applied` or `already`) shows in
 * the run once it has ended. Takes the system database; DBOS must be launched.
 */
export async function retryWorkflow(systemDb: Db, id: string, depth = 0): Promise<Retry> {
  const run = await findRetryFacts(systemDb, id);
  if (!run) throw new AppError('NotFound', `There is no run ${id}.`);
  const plan = depth > MAX_DEPTH ? refusedForDepth : planRetry(run, listWorkflowNames());
  if (plan.action === 'refuse') throw new AppError('Conflict', `Run ${id} cannot be retried: ${plan.because}.`);

  // Runs that were started directly have no queue: recovery is the one that every process works on, a few at a time.
  const queue = run.queue ?? RECOVERY_QUEUE;
  if (plan.action === 'resume') {
    await DBOS.resumeWorkflow(id, { queueName: queue });
    return { id, action: 'resume', queue, again: [], children: [] };
  }
  const children: Retry[] = [];
  for (const child of plan.children) children.push(...(await retryChild(systemDb, child, depth + 1)));
  await rewind(id, {
    startStep: plan.from,
    queueName: queue,
    applicationVersion: APP_VERSION,
    ...(run.partitionKey !== null && { queuePartitionKey: run.partitionKey }),
  });
  return { id, action: 'rewind', queue, again: plan.again, children };
}

const refusedForDepth = { action: 'refuse', because: 'it waits for a chain of runs that does not end' } as const;

/** A child that ended well meanwhile, or runs again already, needs nothing. */
async function retryChild(systemDb: Db, id: string, depth: number): Promise<Retry[]> {
  const child = await findRetryFacts(systemDb, id);
  if (!child || !['ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'].includes(child.status)) return [];
  return [await retryWorkflow(systemDb, id, depth)];
}

/** Of two operators who retry at once, DBOS refuses the second, whose run is no longer at its end. */
async function rewind(id: string, options: NonNullable<Parameters<typeof DBOS.rewindWorkflow>[1]>): Promise<void> {
  try {
    await DBOS.rewindWorkflow(id, options);
  } catch (cause) {
    if (!(cause instanceof Error) || !/changed status|cannot rewind/i.test(cause.message)) throw cause;
    throw new AppError('Conflict', `Run ${id} cannot be retried: it was set going by somebody else meanwhile.`, {
      cause,
    });
  }
}
