import { assignPositions, hasUnplacedRows } from '../db/assignPositions.js';
import type { Db } from '../db/database.js';
import { releaseLease, takeLease } from '../db/leases.js';
import type { Log } from '../telemetry.js';
import { type Loop, startLoop } from './loop.js';

const LEASE = 'sequencer';
const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
/** Who does not hold the lease looks for it as often; a killed holder's events wait for its lease and this. */
const STANDBY_MS = 2_000;
const BATCH = 1_000;
/**
 * Rows of this process wake the loop; those of other processes wait for the poll. It begins anew at `BUSY_MS` with each
 * row found and doubles to `IDLE_MS`, where it costs one statement a second.
 */
const BUSY_MS = 50;
const IDLE_MS = 1_000;
/** Under load, rows of this long go together: a pass is five statements, whatever it places. */
const GATHER_MS = 50;

export type Sequencer = Loop;

/**
 * Gives outbox rows their places, in whichever process holds the lease. Start it in every process that works; `wake` it
 * after each commit that wrote to the outbox. `onAdvance` hears the last position given, in the holder's process only.
 */
export function startSequencer({
  db,
  executorId,
  log,
  onAdvance = () => undefined,
}: {
  db: Db;
  executorId: string;
  log: Log;
  onAdvance?: (head: number) => void;
}): Sequencer {
  let held = false;
  let askAgainAt = 0;
  let delayMs = BUSY_MS;

  /** Asks for the lease, or renews it, no more often than needed; both answers hold until then. */
  async function holdsLease(): Promise<boolean> {
    if (performance.now() < askAgainAt) return held;
    const before = held;
    held = false;
    held = await takeLease(db, LEASE, executorId, LEASE_MS);
    askAgainAt = performance.now() + (held ? RENEW_MS : STANDBY_MS);
    if (held !== before) log.info(held ? 'this process sequences the outbox' : 'another process sequences the outbox');
    return held;
  }

  /** Places all that waits; false if the lease turned out to be somebody else's. */
  async function placeAll(): Promise<boolean> {
    for (;;) {
      const placed = await assignPositions(db, { lease: LEASE, holder: executorId, limit: BATCH });
      if (!placed) return false;
      if (placed.assigned > 0) onAdvance(placed.head);
      if (placed.assigned < BATCH) return true;
    }
  }

  const loop = startLoop({ name: 'sequencer', retryMs: 1_000, minGapMs: GATHER_MS, log }, async () => {
    if (!(await holdsLease())) return STANDBY_MS;
    if (await hasUnplacedRows(db)) {
      held = await placeAll();
      delayMs = BUSY_MS;
    } else {
      delayMs = Math.min(delayMs * 2, IDLE_MS);
    }
    return held ? delayMs : STANDBY_MS;
  });

  return {
    ...loop,
    async stop() {
      await loop.stop();
      await releaseLease(db, LEASE, executorId).catch((error: unknown) => {
        log.warn("the sequencer's lease was not released", { error: String(error) });
      });
    },
  };
}
