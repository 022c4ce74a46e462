import type { ScheduledWorkflowFn } from '@dbos-inc/dbos-sdk';
import { backfillEmbeddings } from './backfillEmbeddings.js';
import { consolidateDue } from './consolidateDue.js';
import { collectWorkflows } from './collectWorkflows.js';
import { compareTuples } from './compareTuples.js';
import { expireRequests } from './expireRequests.js';
import type { QueueName } from './queues.js';
import { syncTuples } from './syncTuples.js';
import { tendSearch } from './tendSearch.js';

/**
 * What the clock starts, in UTC. A tick runs once in the whole deployment (its run's id is made of the schedule's name and
 * the tick's time), and never beside the tick before: the queue runs one at a time. Missed ticks are not made up for:
 * each run looks for what is due by the rows' state.
 */
export type ScheduleSettings = {
  name: string;
  cron: string;
  workflow: ScheduledWorkflowFn;
  queue: QueueName;
  why: string;
};

export const SCHEDULES: readonly ScheduleSettings[] = [
  {
    name: 'backfillEmbeddings',
    cron: '*/5 * * * *',
    workflow: backfillEmbeddings,
    queue: 'maintenance',
    why: 'failed entries back off from one minute to a day; five minutes are near enough to that',
  },
  {
    name: 'tendSearch',
    cron: '*/2 * * * *',
    workflow: tendSearch,
    queue: 'maintenance',
    why: 'a waiting list of the word index costs each search up to 2 ms a megabyte, and holds four at most',
  },
  {
    name: 'collectWorkflows',
    cron: '* * * * *',
    workflow: collectWorkflows,
    queue: 'maintenance',
    why: 'texts in the inputs of runs that ended well live for about a minute',
  },
  {
    name: 'syncTuples',
    cron: '*/10 * * * *',
    workflow: syncTuples,
    queue: 'maintenance',
    why: 'processes start it within seconds of a change; this is for a change that all of them missed',
  },
  {
    name: 'compareTuples',
    cron: '17 * * * *',
    workflow: compareTuples,
    queue: 'maintenance',
    why: 'access is decided here, so a difference at the identity service misleads only others, for an hour at most',
  },
  {
    name: 'expireRequests',
    cron: '* * * * *',
    workflow: expireRequests,
    queue: 'maintenance',
    why: 'readers compare times themselves; a minute keeps the index of open requests small',
  },
  {
    name: 'consolidateDue',
    cron: '*/10 * * * *',
    workflow: consolidateDue,
    queue: 'maintenance',
    why: 'memories are consolidated by the day; ten minutes are near enough, and cost one look at the policies',
  },
];
