import type { PrincipalRow } from '../db/agents/principals.js';

type Waiting = { id: string; resolve: (row: PrincipalRow | undefined) => void; reject: (error: unknown) => void };

/**
 * Reads agents by natural batching: what is asked while a statement is under way goes together with the next one. Under
 * load one statement serves many requests, an idle server asks at once, and nobody gets a row that was read before it
 * asked, so a change is seen by the first request after it.
 */
export function createPrincipalReader(
  read: (ids: string[]) => Promise<PrincipalRow[]>,
): (id: string) => Promise<PrincipalRow | undefined> {
  let waiting: Waiting[] = [];
  let reading = false;

  async function readWaiting(): Promise<void> {
    reading = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const rows = new Map((await read([...new Set(batch.map((one) => one.id))])).map((row) => [row.id, row]));
        for (const { id, resolve } of batch) resolve(rows.get(id));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    reading = false;
  }

  return (id) =>
    new Promise((resolve, reject) => {
      waiting.push({ id, resolve, reject });
      if (!reading) void readWaiting();
    });
}
