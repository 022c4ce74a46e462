import { setTimeout as sleep } from 'node:timers/promises';

/** Far beyond any test's own time limit: it only ends the wait of a test that has failed, so that the run can end. */
const GIVE_UP_MS = 120_000;

/** Resolves with the first answer that is not undefined or false; the test's own time limit ends the wait. */
export async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  const givesUpAt = performance.now() + GIVE_UP_MS;
  while (performance.now() < givesUpAt) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(25);
  }
  throw new Error('What the test waits for did not happen.');
}
