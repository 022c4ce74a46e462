import { DBOS } from '@dbos-inc/dbos-sdk';
import { findDueDiaries, type DueDiary } from '../db/consolidation/findDueDiaries.js';
import { ports } from '../ports/index.js';

/** Of more than a tick takes, the rest is the next one's. */
const LIMIT = 1_000;

/** The diaries that are due by their policies now. It only reads. */
export function findDue(): Promise<DueDiary[]> {
  return DBOS.runStep(() => findDueDiaries(ports().db, LIMIT), {
    name: 'findDue',
    retriesAllowed: true,
    maxAttempts: 3,
  });
}
