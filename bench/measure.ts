import { mkdir, writeFile } from 'node:fs/promises';

export interface Rate {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Runs `work` `count` times by `callers` at once; each call's time is from its own start. */
export async function measureRate(
  count: number,
  callers: number,
  work: (i: number) => Promise<unknown>,
): Promise<Rate> {
  const times: number[] = [];
  let next = 0;
  const startedAt = performance.now();
  const caller = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const from = performance.now();
      await work(i);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { perSecond: (count / (performance.now() - startedAt)) * 1_000, ...percentiles(times) };
}

export function percentiles(times: number[]): { p50Ms: number; p99Ms: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

export function median(values: number[]): number {
  return percentiles(values).p50Ms;
}

/** Rounded for reading: three digits are more than such a measurement knows. */
export function round(value: number): number {
  return Number(value.toPrecision(3));
}

/** Writes bench/results/<name>.json. */
export async function writeResults(name: string, results: unknown): Promise<void> {
  await mkdir('bench/results', { recursive: true });
  await writeFile(`bench/results/${name}.json`, `${JSON.stringify(results, null, 2)}\n`);
}

/** Says which targets were missed, and makes the program's exit code tell it too. */
export function reportMisses(misses: (string | false | undefined)[]): void {
  const missed = misses.filter((miss) => typeof miss === 'string');
  for (const miss of missed) console.error(`missed: ${miss}`);
  if (missed.length > 0) process.exitCode = 1;
}
