/**
 * The queues, in one table. The numbers are first values: rows in `dbos.queues` are never overwritten, so what an
 * operator tunes or pauses stays so across deploys.
 *
 * Every queue has a `workerConcurrency`: without one, one process claims the whole backlog. `globalConcurrency` is
 * for work that must not meet itself anywhere in the deployment; it costs contention, so it is rare. A run waits about
 * half a polling interval; each poll is four statements, which is why only queues that somebody waits for poll often.
 */
export type QueueSettings = {
  name: string;
  workerConcurrency: number;
  globalConcurrency?: number;
  pollingIntervalMs: number;
  why: string;
};

/** Runs that were started directly and lost their executor come here, so that a crash does not start them all at once. */
export const RECOVERY_QUEUE = 'recovery';

export const QUEUES = [
  {
    name: 'embedding',
    workerConcurrency: 2,
    pollingIntervalMs: 250,
    why: 'one run computes while another stores; search is behind by at most what is queued here',
  },
  {
    name: 'consolidation',
    workerConcurrency: 2,
    pollingIntervalMs: 1_000,
    why: 'long runs with much text: two keep a process busy without starving its requests',
  },
  {
    name: 'maintenance',
    workerConcurrency: 1,
    globalConcurrency: 1,
    pollingIntervalMs: 1_000,
    why: "the clock's work; one at a time in the whole deployment, so that a schedule never overlaps itself",
  },
  {
    name: 'webhooks',
    workerConcurrency: 10,
    pollingIntervalMs: 1_000,
    why: 'waits on slow receivers, costs nothing meanwhile',
  },
  {
    name: 'operators',
    workerConcurrency: 2,
    pollingIntervalMs: 1_000,
    why: 'replays are throttled: a repair must not take the place of the work it repairs',
  },
  {
    name: 'identity',
    workerConcurrency: 1,
    globalConcurrency: 1,
    pollingIntervalMs: 500,
    why: 'identities are created one at a time in the whole deployment; a person waits for it',
  },
  {
    name: RECOVERY_QUEUE,
    workerConcurrency: 10,
    pollingIntervalMs: 1_000,
    why: 'every process listens here, whatever WORKER_QUEUES says: work of the dead must find a home',
  },
] as const satisfies readonly QueueSettings[];

export type QueueName = (typeof QUEUES)[number]['name'];
