import { randomUUID } from 'node:crypto';
import type { Db } from '../db/database.js';
import { hasDueTasks } from '../db/embeddings/tasks.js';
import { isQueued } from '../db/workflows/isQueued.js';
import type { Log } from '../telemetry.js';
import { startEmbedding } from '../workflows/triggers.js';
import { startLoop, type Loop } from './loop.js';

/** How long texts can wait whose writer died before it could wake anybody. */
const LOOK_AGAIN_MS = 10_000;
/**
 * Under load one run serves all writes of this time; its own statements, some fifty, are shared by them. A first write
 * after a pause is looked at without delay.
 */
const MIN_GAP_MS = 500;

/**
 * Starts an embedding run when texts wait and none is queued. Woken by writes and edits, and looking by itself for what
 * a crash left behind. A run that is queued begins after this look, so it sees every row that was there before it; two
 * processes that look at once queue two runs, which share the work.
 */
export function startEmbeddingTrigger({
  db,
  systemDb,
  canEmbed,
  log,
}: {
  db: Db;
  systemDb: Db;
  /** False while there is no model: rows wait, and runs that could only give up are not started. */
  canEmbed: () => boolean;
  log: Log;
}): Loop {
  return startLoop({ name: 'embedding trigger', retryMs: 2_000, minGapMs: MIN_GAP_MS, log }, async () => {
    if (canEmbed() && (await hasDueTasks(db)) && !(await isQueued(systemDb, 'embedPending'))) {
      await startEmbedding(randomUUID());
    }
    return LOOK_AGAIN_MS;
  });
}
