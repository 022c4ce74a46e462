import { DBOS } from '@dbos-inc/dbos-sdk';
import {
  listBehind as listRows,
  markMirrored as markRows,
  readAccess,
  recordMirrorRun as recordRun,
  type Behind,
} from '../db/tuples/mirrorState.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { accessTuples } from '../rules/accessTuples.js';

/** A grant is up to three changes, so a request has at most 300: a few dozen KB. */
const AT_ONCE = 100;
const RETRY = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2, shouldRetry: isRetryable };

/** Some of what is behind, each with the version that is to be mirrored. */
export function listBehind(): Promise<Behind[]> {
  return DBOS.runStep(() => listRows(ports().db, AT_ONCE), { name: 'listBehind', ...RETRY });
}

/**
 * Makes the tuples what the rows say now. Repeating is safe, also much later: the rows are read here and not before, and
 * every tuple is set or removed whatever is there. The port has retried for 12 s when this fails; the clock comes again.
 */
export function mirrorTuples(behind: Behind[]): Promise<void> {
  return DBOS.runStep(
    async () => {
      const { tuples } = ports().identity;
      const { insert, remove, deletedDiaries } = accessTuples(await readAccess(ports().db, behind));
      for (const object of deletedDiaries) await tuples.deleteAll({ namespace: 'Diary', object });
      await tuples.patch({ insert, remove });
    },
    { name: 'mirrorTuples' },
  );
}

/** Run twice, the second changes nothing; a change that came after `listBehind` stays behind. */
export function markMirrored(behind: Behind[]): Promise<void> {
  return DBOS.runStep(() => markRows(ports().db, behind), { name: 'markMirrored', ...RETRY });
}

/** Keyed by the run, so that a failure counts once. */
export function recordMirrorRun(run: string, error: string | null): Promise<void> {
  return DBOS.runStep(() => recordRun(ports().db, run, error), { name: 'recordMirrorRun', ...RETRY });
}
