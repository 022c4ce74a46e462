import type { Log } from '../telemetry.js';

export type Loop = {
  /** Runs the pass now, or once more after the one in progress. */
  wake(): void;
  /** Resolves when the pass in progress has ended; none follows. */
  stop(): Promise<void>;
};

/**
 * Repeats a pass until it is stopped, never two at once. A pass answers after how many milliseconds the next is due. One
 * that fails is tried again after `retryMs`; an outage is reported once when it begins and once when it is over, since
 * a line every second would bury what else the log says.
 */
export function startLoop(
  { name, retryMs, minGapMs = 0, log }: { name: string; retryMs: number; minGapMs?: number; log: Log },
  pass: () => Promise<number>,
): Loop {
  const stopping = new AbortController();
  let failing = false;
  let woken = false;
  let wakeUp = (): void => undefined;

  async function runPass(): Promise<number> {
    try {
      const delayMs = await pass();
      if (failing) log.info(`${name} works again`);
      failing = false;
      return delayMs;
    } catch (error) {
      if (!failing && !stopping.signal.aborted) log.warn(`${name} failed, trying on`, { error: String(error) });
      failing = true;
      return retryMs;
    }
  }

  async function sleep(ms: number, interruptible: boolean): Promise<void> {
    if (stopping.signal.aborted || (interruptible && woken)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wakeUp = () => {
        if (!interruptible && !stopping.signal.aborted) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      woken = false;
      const delayMs = await runPass();
      if (minGapMs > 0) await sleep(minGapMs, false);
      await sleep(Math.max(0, delayMs - minGapMs), true);
    }
  }

  const done = run();
  return {
    wake() {
      woken = true;
      wakeUp();
    },
    async stop() {
      stopping.abort();
      wakeUp();
      await done;
    },
  };
}
