import { assignPositions, hasUnplacedRows } from '../db/assignPositions.js';
import type { Db } from '../db/database.js';
import { appendLeaves } from '../db/log/appendLeaves.js';
import { releaseLease, takeLease } from '../db/leases.js';
import type { Log } from '../telemetry.js';
import type { PublishLog } from './logPublisher.js';
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
/** Under load, rows of this long go together: a pass is a dozen statements, whatever it places. */
const GATHER_MS = 50;

export type Sequencer = Loop;

/** So many batches at a stretch: with a long backlog the lease is renewed, and the log signed, in between. */
const BATCHES_AT_ONCE = 5;

/**
 * Places and logs what waits, as much as may be done at a stretch, and answers the log's size and whether that was all;
 * undefined if the lease turned out to be somebody else's.
 */
async function sequenceSome(
  db: Db,
  asHolder: Parameters<typeof assignPositions>[1],
  onAdvance: (head: number) => void,
): Promise<{ size: number; isAll: boolean } | undefined> {
  for (let batch = 1; ; batch++) {
    const placed = await assignPositions(db, asHolder);
    if (!placed) return undefined;
    if (placed.assigned > 0) onAdvance(placed.head);
    const grown = await appendLeaves(db, asHolder);
    if (!grown) return undefined;
    const isAll = placed.assigned < BATCH && grown.looked < BATCH;
    if (isAll || batch === BATCHES_AT_ONCE) return { size: grown.size, isAll };
  }
}

/**
 * Gives outbox rows their places and adds the log's leaves, in whichever process holds the lease. Start it in every process
 * that works; `wake` it after each commit that wrote to the outbox. `onAdvance` hears the last position given, `publish`
 * is asked to sign what the log has become; both in the holder's process only. Places come first: what happens to the log
 * holds back no event by more than a retry.
 */
export function startSequencer({
  db,
  executorId,
  log,
  onAdvance = () => undefined,
  publish = () => Promise.resolve(),
}: {
  db: Db;
  executorId: string;
  log: Log;
  onAdvance?: (head: number) => void;
  publish?: PublishLog;
}): Sequencer {
  let held = false;
  /** Whether the log may lack rows that have places; who takes the lease over does not know. */
  let behind = true;
  let size = 0;
  let askAgainAt = 0;
  let delayMs = BUSY_MS;

  /** Asks for the lease, or renews it, no more often than needed; both answers hold until then. */
  async function holdsLease(): Promise<boolean> {
    if (performance.now() < askAgainAt) return held;
    const before = held;
    held = false;
    held = await takeLease(db, LEASE, executorId, LEASE_MS);
    askAgainAt = performance.now() + (held ? RENEW_MS : STANDBY_MS);
    if (held && !before) behind = true;
    if (held !== before) log.info(held ? 'this process sequences the outbox' : 'another process sequences the outbox');
    return held;
  }

  const asHolder = { lease: LEASE, holder: executorId, limit: BATCH };

  const loop = startLoop({ name: 'sequencer', retryMs: 1_000, minGapMs: GATHER_MS, log }, async () => {
    if (!(await holdsLease())) return STANDBY_MS;
    if (behind || (await hasUnplacedRows(db))) {
      behind = true;
      const done = await sequenceSome(db, asHolder, onAdvance);
      held = done !== undefined;
      size = done?.size ?? size;
      behind = done?.isAll === false;
      delayMs = behind ? 0 : BUSY_MS;
    } else {
      delayMs = Math.min(Math.max(delayMs * 2, BUSY_MS), IDLE_MS);
    }
    if (held) await publish(asHolder, size);
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
