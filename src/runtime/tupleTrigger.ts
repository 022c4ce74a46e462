import type { Db } from '../db/database.js';
import { isMirrorDue } from '../db/tuples/mirrorState.js';
import { isQueued } from '../db/workflows/isQueued.js';
import type { Log } from '../telemetry.js';
import { startTupleSync } from '../workflows/triggers.js';
import { startLoop, type Loop } from './loop.js';

/** How long a change can wait whose process died before it could wake anybody. */
const LOOK_AGAIN_MS = 10_000;
/** Writes wake this too, and have nothing for it: under load one look a second serves them all. */
const MIN_GAP_MS = 1_000;

/** Starts a run of syncTuples when access has changed and none is queued; a queued one will see the change. */
export function startTupleTrigger({ db, systemDb, log }: { db: Db; systemDb: Db; log: Log }): Loop {
  return startLoop({ name: 'tuple trigger', retryMs: 5_000, minGapMs: MIN_GAP_MS, log }, async () => {
    if ((await isMirrorDue(db)) && !(await isQueued(systemDb, 'syncTuples'))) await startTupleSync(new Date());
    return LOOK_AGAIN_MS;
  });
}
