/**
 * Keeps the history of runs small and free of texts. Started by the clock each minute; the tick is its key.
 *
 * Inputs of runs that stored texts are taken away once the run has ended well: the rows hold the truth from then on, and
 * a text must not live on where its erasure would not look. What ended is forgotten after a while, failures later than
 * successes, since somebody may still want to try them again. Bounded: what one tick leaves, the next takes.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { type Expired, forgetRuns, scrubInputs } from '../steps/collectRuns.js';

const WITH_TEXTS = ['writeEntries', 'updateEntry'];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 100,000 runs a tick: more than twice what a server at its limit starts in a minute. */
const MAX_BATCHES = 100;

/** What is kept how long. The clock's runs are many and say little; they are also what a list drowns in. */
const KEEP = [
  { statuses: ['SUCCESS'], scheduledOnly: true, days: 1 },
  { statuses: ['SUCCESS'], scheduledOnly: false, days: 7 },
  { statuses: ['ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'], scheduledOnly: false, days: 30 },
] as const;

async function collect(tick: Date): Promise<void> {
  // Runs that took longer than an hour, or were tried again later, are found by the pass over everything.
  const everything = tick.getUTCMinutes() === 0;
  const since = new Date(everything ? 0 : tick.getTime() - HOUR_MS);
  for (let batch = 0; batch < MAX_BATCHES && (await scrubInputs(WITH_TEXTS, since)); batch++);
  if (!everything) return;
  for (const { days, ...kind } of KEEP) {
    const expired: Expired = { ...kind, before: new Date(tick.getTime() - days * DAY_MS) };
    for (let batch = 0; batch < MAX_BATCHES && (await forgetRuns(expired)); batch++);
  }
}

export const collectWorkflows = DBOS.registerWorkflow(collect, { name: 'collectWorkflows', maxRecoveryAttempts: 3 });
