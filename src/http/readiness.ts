import { failureMessage, findErrorKind } from '../errors.js';
import type { Component, Health } from '../runtime/components.js';
import type { Log } from '../telemetry.js';

export interface Readiness {
  /** ok: requests are welcome. degraded: a component is down. */
  status: 'ok' | 'degraded';
  components: Record<string, Health & { latencyMs: number }>;
}

const LIMIT_MS = 2_000;
/** Several balancers may ask: they share an answer for this long. */
const CACHE_MS = 1_000;

/**
 * Checks all components at once, each within the limit; callers share an answer while it is being made and for a second
 * after. A check that goes on beyond the limit is not started a second time: a database that hangs would fill the pool.
 */
export function createReadiness(
  components: Component[],
  { log, limitMs = LIMIT_MS, cacheMs = CACHE_MS }: { log: Log; limitMs?: number; cacheMs?: number },
): () => Promise<Readiness> {
  const ask = components.map((component) => ({ name: component.name, ask: sharing(component, log) }));
  let answer: Promise<Readiness> | undefined;
  let until = 0;

  async function checkAll(): Promise<Readiness> {
    const results = await Promise.all(
      ask.map(async (component) => [component.name, await within(limitMs, component.ask)] as const),
    );
    until = performance.now() + cacheMs;
    const isDown = results.some(([, health]) => health.status === 'down');
    return { status: isDown ? 'degraded' : 'ok', components: Object.fromEntries(results) };
  }

  return () => {
    if (!answer || performance.now() > until) {
      until = Infinity;
      answer = checkAll();
    }
    return answer;
  };
}

/** The check that is under way, or a new one; never rejects. */
function sharing(component: Component, log: Log): () => Promise<Health> {
  let running: Promise<Health> | undefined;
  return () =>
    (running ??= component
      .check()
      .catch((error: unknown): Health => {
        log.warn(`the check of ${component.name} failed`, { error: failureMessage(error) });
        const isKnown = findErrorKind(error) !== undefined;
        return { status: 'down', error: isKnown ? (error as Error).message : 'It does not answer; the log says more.' };
      })
      .finally(() => (running = undefined)));
}

async function within(limitMs: number, ask: () => Promise<Health>): Promise<Health & { latencyMs: number }> {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Health>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'down', error: `No answer within ${limitMs} ms.` }), limitMs);
  });
  const health = await Promise.race([ask(), late]);
  clearTimeout(timer);
  return { ...health, latencyMs: Math.round(performance.now() - startedAt) };
}
