import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves with the first answer that is not undefined or false; the test's own time limit ends the wait. */
export async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(25);
  }
}
