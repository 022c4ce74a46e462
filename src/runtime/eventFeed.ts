import { findHead, findReadersAfter } from '../db/events.js';
import type { Db } from '../db/database.js';
import type { Log } from '../telemetry.js';
import { startLoop, type Loop } from './loop.js';

/** Events of other processes are seen by looking; those of this one wake the feed. */
const LOOK_MS = 1_000;
/** Nobody listens: the first who does wakes the feed. */
const IDLE_MS = 60_000;
const LOOK_AHEAD = 1_000;

export interface EventFeed extends Loop {
  /** Resolves when events for the agent may have appeared since this call; call it before reading, so that none is missed. */
  next(agentId: string): { appeared: Promise<void>; cancel: () => void };
}

/**
 * Tells listeners when to read: one query a look for all of them, however many there are. It carries no events; each
 * listener reads its own from the database at its own pace, so that a slow one holds nobody back and nothing is buffered.
 */
export function startEventFeed({ db, log }: { db: Db; log: Log }): EventFeed {
  const listeners = new Map<string, Set<() => void>>();
  let head: number | undefined;

  function call(agentId: string): void {
    for (const listener of listeners.get(agentId) ?? []) listener();
  }

  const loop = startLoop({ name: 'event feed', retryMs: LOOK_MS, log }, async () => {
    if (listeners.size === 0) {
      head = undefined;
      return IDLE_MS;
    }
    if (head === undefined) {
      // What was placed between a listener's own reading and this look would be announced to nobody: all look once.
      head = await findHead(db);
      for (const agentId of listeners.keys()) call(agentId);
      return LOOK_MS;
    }
    const found = await findReadersAfter(db, { after: head, limit: LOOK_AHEAD });
    const isFull = found.head - head >= LOOK_AHEAD;
    head = found.head;
    found.agentIds.forEach(call);
    return isFull ? 0 : LOOK_MS;
  });

  return {
    ...loop,
    next(agentId) {
      const { promise, resolve } = createSignal();
      const ofAgent = listeners.get(agentId) ?? new Set();
      const isFirst = listeners.size === 0;
      listeners.set(agentId, ofAgent.add(resolve));
      if (isFirst) loop.wake();
      const cancel = () => {
        ofAgent.delete(resolve);
        if (ofAgent.size === 0 && listeners.get(agentId) === ofAgent) listeners.delete(agentId);
      };
      return { appeared: promise, cancel };
    },
  };
}

function createSignal(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
