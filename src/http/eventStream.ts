import type { OutboxEvent } from '../db/events.js';
import { isOutage } from '../db/outage.js';
import type { EventFeed } from '../runtime/eventFeed.js';

/** Proxies and browsers give a silent connection up after 30 s or more. */
const HEARTBEAT_MS = 15_000;
/** Then the client comes again and is authenticated again: no stream outlives a revoked token by more. */
const MAX_AGE_MS = 10 * 60_000;
const BATCH = 100;
const RECONNECT_MS = 1_000;
/** An EventSource never comes back after a 503, so a stream sits an outage out. */
const OUTAGE_RETRY_MS = 2_000;

export interface StreamOptions {
  agentId: string;
  /** The last place that the client has seen. */
  after: number;
  feed: Pick<EventFeed, 'next'>;
  read: (after: number, limit: number) => Promise<OutboxEvent[]>;
  /** Ends the stream: the client has gone, or the server stops. */
  closed: AbortSignal;
  heartbeatMs?: number;
  maxAgeMs?: number;
}

/**
 * An agent's events as server-sent events, each after the one before, from the database alone: a client that comes again
 * with the last id it saw goes on without a gap or a double, at any process. Reads only as fast as the client takes.
 */
export async function* streamEvents(options: StreamOptions): AsyncGenerator<string> {
  const { agentId, feed, read, closed, heartbeatMs = HEARTBEAT_MS, maxAgeMs = MAX_AGE_MS } = options;
  const endsAt = performance.now() + maxAgeMs;
  let { after } = options;
  // An id without data is no event, but the client remembers it: it can come again before the first event.
  yield `retry: ${RECONNECT_MS}\nid: ${after}\n\n`;
  while (!closed.aborted && performance.now() < endsAt) {
    const next = feed.next(agentId);
    try {
      const events = await readOrWait(read(after, BATCH));
      if (!events) {
        yield ': the database is away\n\n';
        await whichever(NEVER, OUTAGE_RETRY_MS, closed);
        continue;
      }
      for (const event of events) {
        after = event.pos;
        yield render(event);
      }
      if (events.length > 0) continue;
      const outcome = await whichever(next.appeared, heartbeatMs, closed);
      if (outcome === 'silence') yield ': still here\n\n';
    } finally {
      next.cancel();
    }
  }
}

const NEVER = new Promise<never>(() => undefined);

/** Undefined while the database is away. */
async function readOrWait(reading: Promise<OutboxEvent[]>): Promise<OutboxEvent[] | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isOutage(error)) return undefined;
    throw error;
  }
}

function render(event: OutboxEvent): string {
  return `id: ${event.pos}\ndata: ${JSON.stringify({ ...event, at: event.at.toISOString() })}\n\n`;
}

async function whichever(appeared: Promise<void>, ms: number, closed: AbortSignal): Promise<'appeared' | 'silence'> {
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const silence = new Promise<'silence'>((resolve) => {
    timer = setTimeout(() => resolve('silence'), ms);
  });
  const end = new Promise<'appeared'>((resolve) => {
    stop = () => resolve('appeared');
    closed.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([appeared.then(() => 'appeared' as const), silence, end]);
  } finally {
    clearTimeout(timer);
    if (stop) closed.removeEventListener('abort', stop);
  }
}
