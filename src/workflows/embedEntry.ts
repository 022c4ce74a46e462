/**
 * Embeds one entry that failed among others, with patience, so that its failure is a run of its own: an operator sees
 * which entry it is and why, and retries just that. Started by embedPending; the vector is keyed by entry and text.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { failureMessage } from '../errors.js';
import { embedText, failEmbedding, type EmbedOutcome } from '../steps/embedText.js';

export interface EmbedEntryInput {
  entryId: string;
  textHash: string;
}

const ATTEMPTS = 3;

async function embed(task: EmbedEntryInput): Promise<EmbedOutcome> {
  try {
    return await embedText(task, { maxAttempts: ATTEMPTS });
  } catch (error) {
    await failEmbedding(task, failureMessage(error));
    throw error;
  }
}

export const embedEntry = DBOS.registerWorkflow(embed, { name: 'embedEntry', maxRecoveryAttempts: 5 });
