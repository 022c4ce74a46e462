import { DBOS } from '@dbos-inc/dbos-sdk';
import type { TupleRow } from '../db/relationTuples.js';
import {
  countExtra as countRows,
  finishComparison as finish,
  listExtra as listRows,
  requeueMissing as requeueRows,
  startComparison as start,
  storeSightings,
} from '../db/tuples/comparison.js';
import { isRetryable } from '../errors.js';
import type { RelationTuple } from '../ports/identity.js';
import { ports } from '../ports/index.js';

/** Keto's largest page, and what is removed in one request. */
const PAGE_SIZE = 1_000;
const REMOVED_AT_ONCE = 100;
const RETRY = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2, shouldRetry: isRetryable };

/** Keyed by the comparison's id, as all of these: run twice, the state is the same. */
export function startComparison(id: string): Promise<void> {
  return DBOS.runStep(() => start(ports().db, id), { name: 'startComparison', ...RETRY });
}

/**
 * Reads one page at the identity service and keeps what it saw, so that no more than a page is ever in memory or in a step's
 * output; the answer is the next page's token. A read and a keyed write: repeating is safe.
 */
export function sightTuples(page: {
  comparison: string;
  namespace: string;
  pageToken: string | undefined;
}): Promise<string | undefined> {
  const { comparison, namespace, pageToken } = page;
  return DBOS.runStep(
    async () => {
      const found = await ports().identity.tuples.list({ namespace }, { pageSize: PAGE_SIZE, pageToken });
      await storeSightings(ports().db, comparison, found.tuples.map(toRow));
      return found.nextPageToken;
    },
    { name: 'sightTuples', retriesAllowed: true, maxAttempts: 2, shouldRetry: isRetryable },
  );
}

/** Marks what is missing there as behind; answers how many tuples. */
export function requeueMissing(comparison: string): Promise<number> {
  return DBOS.runStep(() => requeueRows(ports().db, comparison), { name: 'requeueMissing', ...RETRY });
}

/** Some of the tuples that are there and that nothing asks for. */
export function listExtra(comparison: string): Promise<TupleRow[]> {
  return DBOS.runStep(() => listRows(ports().db, comparison, REMOVED_AT_ONCE), { name: 'listExtra', ...RETRY });
}

/** Repeating is safe: what is gone stays gone, and what has been granted meanwhile is behind, so it comes back. */
export function removeTuples(tuples: TupleRow[]): Promise<void> {
  return DBOS.runStep(() => ports().identity.tuples.patch({ insert: [], remove: tuples.map(fromRow) }), {
    name: 'removeTuples',
  });
}

export function countExtra(comparison: string, tuples: TupleRow[]): Promise<void> {
  return DBOS.runStep(() => countRows(ports().db, comparison, tuples), { name: 'countExtra', ...RETRY });
}

export function finishComparison(comparison: string, error: string | null): Promise<void> {
  return DBOS.runStep(() => finish(ports().db, comparison, error), { name: 'finishComparison', ...RETRY });
}

/** A subject id, which strict mode has no more, is kept as an object without a namespace. */
function toRow({ subject, ...of }: RelationTuple): TupleRow {
  const set = 'id' in subject ? { namespace: '', object: subject.id, relation: '' } : subject;
  return { ...of, subject_namespace: set.namespace, subject_object: set.object, subject_relation: set.relation };
}

function fromRow(row: TupleRow): RelationTuple {
  const { namespace, object, relation, subject_object } = row;
  const set = { namespace: row.subject_namespace, object: subject_object, relation: row.subject_relation };
  return { namespace, object, relation, subject: set.namespace === '' ? { id: subject_object } : set };
}
