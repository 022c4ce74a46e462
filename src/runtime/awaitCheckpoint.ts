import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../db/database.js';
import { findCheckpoint, type SignedCheckpoint } from '../db/log/checkpoints.js';
import { findLogProgress } from '../db/log/progress.js';

const POLL_MS = 100;

/**
 * The newest checkpoint, once it covers all that is committed now; undefined when `withinMs` is over. What is committed
 * while it waits is not waited for, so that a busy service is not waited for for ever.
 */
export async function awaitCheckpoint(
  db: Db,
  { withinMs, signal }: { withinMs: number; signal: AbortSignal },
): Promise<SignedCheckpoint | undefined> {
  const until = performance.now() + withinMs;
  const { lastId } = await findLogProgress(db);
  let size: number | undefined;
  while (!signal.aborted) {
    const progress = await findLogProgress(db, lastId);
    if (!progress.isBehind) size ??= progress.size;
    const checkpoint = size === undefined ? undefined : await findCheckpoint(db, size);
    if (checkpoint || performance.now() > until) return checkpoint;
    await sleep(POLL_MS);
  }
  return undefined;
}
