import { DBOS } from '@dbos-inc/dbos-sdk';
import { forgetSigningRequests, markExpired } from '../db/signing/signingRequests.js';
import { ports } from '../ports/index.js';

const BATCH = 1_000;
const RETRIES = { retriesAllowed: true, maxAttempts: 3 };

/** Marks requests whose time is up; true while a full batch was found. Run twice, the second finds the rest, or none. */
export async function expireSigningRequests(): Promise<boolean> {
  const expired = await DBOS.runStep(() => markExpired(ports().db, BATCH), {
    name: 'expireSigningRequests',
    ...RETRIES,
  });
  return expired === BATCH;
}

/** Forgets settled requests opened before `before`; true while a full batch was found. */
export async function forgetSettledRequests(before: Date): Promise<boolean> {
  const forgotten = await DBOS.runStep(() => forgetSigningRequests(ports().db, before, BATCH), {
    name: 'forgetSettledRequests',
    ...RETRIES,
  });
  return forgotten === BATCH;
}
