/**
 * Gives every waiting entry its vector: claims up to 64, embeds and stores each in a step, and goes on until nothing
 * waits. Started after writes and edits, at boot and by the clock (triggers.ts); runs share the work by claims, so it
 * does not matter how many there are. `claim` comes with the input, so that a recovered run goes on with its own.
 *
 * A text that fails goes on alone in embedEntry. Where the embedder itself is away, the claim is given back and the run
 * ends: the clock comes again.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { failureMessage, findErrorKind } from '../errors.js';
import { activateModel } from '../steps/activateModel.js';
import { claimEmbeddings, releaseEmbeddings } from '../steps/claimEmbeddings.js';
import { embedText } from '../steps/embedText.js';
import { embedEntry } from './embedEntry.js';

export interface EmbedReport {
  embedded: number;
  /** Edited or erased while the run worked. */
  skipped: number;
  /** Entries that went on in a run of their own, after their text failed. */
  isolated: number;
  /** Why the rest waits for the clock, where the embedder or the database was away. */
  postponed: string | null;
}

/** Bounds a run's history; a longer backlog is the next run's. */
const MAX_ROUNDS = 16;
const AWAY_SECONDS = 20;

async function embed(claim: string): Promise<EmbedReport> {
  const report: EmbedReport = { embedded: 0, skipped: 0, isolated: 0, postponed: null };
  for (let round = 0; round < MAX_ROUNDS && !report.postponed; round++) {
    const name = `${claim}:${round}`;
    const tasks = await claimEmbeddings(name);
    if (tasks.length === 0) {
      await activateModel();
      break;
    }
    const results = await Promise.allSettled(tasks.map((task) => embedText(task, { maxAttempts: 1 })));
    for (const [i, result] of results.entries()) {
      const task = tasks[i];
      if (result.status === 'fulfilled') report[result.value === 'applied' ? 'embedded' : 'skipped']++;
      else if (findErrorKind(result.reason)?.name !== 'EmbeddingFailed')
        report.postponed = failureMessage(result.reason);
      else if (task) {
        await DBOS.startWorkflow(embedEntry, {
          queueName: 'embedding',
          workflowAttributes: { entries: [task.entryId] },
        })(task);
        report.isolated++;
      }
    }
    if (report.postponed) await releaseEmbeddings(name, AWAY_SECONDS);
  }
  return report;
}

export const embedPending = DBOS.registerWorkflow(embed, { name: 'embedPending', maxRecoveryAttempts: 10 });
