/**
 * Gives every waiting entry its vector: claims up to 64, embeds and stores a few in a step, and goes on until it has
 * taken all that waited. Started after writes and edits, at boot and by the clock (triggers.ts); runs share the work by claims, so it
 * does not matter how many there are. `claim` comes with the input, so that a recovered run goes on with its own.
 *
 * A text that fails goes on alone in embedEntry. Where the embedder itself is away, the claim is given back and the run
 * ends: the clock comes again.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { failureMessage } from '../errors.js';
import { activateModel } from '../steps/activateModel.js';
import { CLAIM_SIZE, claimEmbeddings, releaseEmbeddings } from '../steps/claimEmbeddings.js';
import { embedTexts } from '../steps/embedText.js';
import { embedEntry, type EmbedEntryInput } from './embedEntry.js';

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
/** What a crash computes again at most, of each of the four steps of a round; a step of its own per text halves the rate. */
const TEXTS_A_STEP = 16;
const AWAY_SECONDS = 20;

async function embed(claim: string): Promise<EmbedReport> {
  const report: EmbedReport = { embedded: 0, skipped: 0, isolated: 0, postponed: null };
  for (let round = 0; round < MAX_ROUNDS && !report.postponed; round++) {
    const name = `${claim}:${round}`;
    const tasks = await claimEmbeddings(name);
    const chunks = chunksOf(tasks, TEXTS_A_STEP);
    const results = await Promise.allSettled(chunks.map((chunk) => embedTexts(chunk)));
    for (const [i, result] of results.entries()) {
      if (result.status === 'rejected') report.postponed = failureMessage(result.reason);
      else await tally(report, chunks[i] ?? [], result.value);
    }
    if (report.postponed) await releaseEmbeddings(name, AWAY_SECONDS);
    else if (tasks.length < CLAIM_SIZE) {
      await activateModel();
      break;
    }
  }
  return report;
}

async function tally(report: EmbedReport, tasks: EmbedEntryInput[], outcomes: string[]): Promise<void> {
  for (const [i, task] of tasks.entries()) {
    if (outcomes[i] === 'applied') report.embedded++;
    else if (outcomes[i] === 'refused') report.skipped++;
    else {
      await DBOS.startWorkflow(embedEntry, { queueName: 'embedding', workflowAttributes: { entries: [task.entryId] } })(
        task,
      );
      report.isolated++;
    }
  }
}

function chunksOf<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

export const embedPending = DBOS.registerWorkflow(embed, { name: 'embedPending', maxRecoveryAttempts: 10 });
