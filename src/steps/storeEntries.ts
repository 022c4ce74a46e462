import { DBOS } from '@dbos-inc/dbos-sdk';
import { findSigningKeys } from '../db/agents/findSigningKeys.js';
import { listReadableDiaryIds } from '../db/diaries/readDiaries.js';
import {
  findStoredRows,
  storeEntries as storeRows,
  type EntryRecord,
  type StoredRow,
} from '../db/entries/storeEntries.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { digestEntry } from '../rules/entryDigest.js';
import { toRecord } from '../rules/entryRecord.js';
import { isSigned, judgeProofs, type ProofRefusal } from '../rules/judgeProofs.js';
import { areNearDuplicates } from '../rules/similarity.js';
import type { NewEntry, WriteOutcome } from '../rules/newEntry.js';
import { readOnlyMessage } from '../rules/permissions.js';

/**
 * Stores 1 to 500 entries in one transaction, each keyed by its own id: run twice, the second answers `already` with
 * what the first stored. A signed entry that is not what its author signed is refused before. An entry that the database refuses (a limit that a door let through) is refused alone; the
 * others of the call are stored.
 */
export function storeEntries(runId: string, entries: NewEntry[]): Promise<WriteOutcome[]> {
  return DBOS.runStep(() => judgeAndStore(runId, entries), {
    name: 'storeEntries',
    retriesAllowed: true,
    maxAttempts: 5,
    intervalSeconds: 0.2,
    backoffRate: 2,
    shouldRetry: (error) => isRetryable(error) && !isRefusedByDatabase(error),
  });
}

async function judgeAndStore(runId: string, entries: NewEntry[]): Promise<WriteOutcome[]> {
  const refusals = await judge(entries);
  const stored = await store(
    runId,
    entries.filter((entry) => !refusals.has(entry)),
  );
  if (refusals.size === 0) return stored;
  const rows = await findStoredRows(
    ports().db,
    [...refusals.keys()].map(({ id }) => id),
  );
  return entries.map((entry) => {
    const refusal = refusals.get(entry);
    return refusal ? toRefusal(entry, refusal, rows.get(entry.id)) : (stored.shift() as WriteOutcome);
  });
}

async function judge(entries: NewEntry[]): Promise<Map<NewEntry, ProofRefusal>> {
  const signed = entries.filter(isSigned);
  if (signed.length === 0) return new Map();
  const keyIds = signed.map((entry) => entry.authorKeyId);
  return judgeProofs(signed, await findSigningKeys(ports().db, keyIds));
}

/** What comes late, or after its key has ended, and is there already was accepted in its time: it is answered as then. */
function toRefusal(entry: NewEntry, refusal: ProofRefusal, row: StoredRow | undefined): WriteOutcome {
  const { contentHash } = digestEntry(entry, entry.createdAt);
  if (refusal.onlyLate && row?.contentHash === contentHash) return toOutcome(entry, row);
  return refuse(entry.id, refusal.reason, refusal.message);
}

async function store(runId: string, entries: NewEntry[]): Promise<WriteOutcome[]> {
  if (entries.length === 0) return [];
  try {
    const rows = await storeOrFind(runId, toRecords(entries));
    const missing = entries.filter((entry) => !rows.has(entry.id));
    // A key that ended while the others were stored is told from a diary that may not be written.
    const ended = await judge(missing);
    const refused = await refuseUnwritable(missing);
    return entries.map((entry) => {
      const refusal = ended.get(entry);
      if (refusal) return refuse(entry.id, refusal.reason, refusal.message);
      return refused.get(entry.id) ?? toOutcome(entry, rows.get(entry.id));
    });
  } catch (error) {
    if (!isRefusedByDatabase(error)) throw error;
    if (entries.length === 1) return entries.map((entry) => refuse(entry.id, 'InvalidInput', describe(error)));
    const outcomes: WriteOutcome[] = [];
    for (const entry of entries) outcomes.push(...(await store(runId, [entry])));
    return outcomes;
  }
}

/**
 * The rows by their ids. An id that another run stored while ours waited for it is missing from the first answer, whose
 * snapshot is older; the second finds it. What is missing then has no diary that may be written.
 */
async function storeOrFind(runId: string, records: EntryRecord[]): Promise<Map<string, StoredRow>> {
  const { db } = ports();
  const rows = new Map((await storeRows(db, runId, records)).map((row) => [row.id, row]));
  const missing = records.filter((record) => !rows.has(record.id));
  if (missing.length > 0) for (const row of await storeRows(db, runId, missing)) rows.set(row.id, row);
  return rows;
}

/** Tells a diary that the author may read, but not write, from one that it may not know of. */
async function refuseUnwritable(entries: NewEntry[]): Promise<Map<string, WriteOutcome>> {
  const readable = new Set<string>();
  for (const authorId of new Set(entries.map((entry) => entry.authorId))) {
    const diaryIds = entries.filter((entry) => entry.authorId === authorId).map((entry) => entry.diaryId);
    for (const id of await listReadableDiaryIds(ports().db, authorId, diaryIds)) readable.add(`${authorId} ${id}`);
  }
  return new Map(
    entries.map(({ id, authorId, diaryId }) => [
      id,
      readable.has(`${authorId} ${diaryId}`)
        ? refuse(id, 'Forbidden', readOnlyMessage(diaryId))
        : refuse(id, 'NotFound', `There is no diary ${diaryId} that you may read.`),
    ]),
  );
}

function toRecords(entries: NewEntry[]): EntryRecord[] {
  const records: EntryRecord[] = [];
  const byText = new Map<string, EntryRecord>();
  for (const entry of entries) {
    const own = toRecord(entry);
    const textKey = `${entry.diaryId}:${own.textHash}`;
    const record: EntryRecord = {
      ...own,
      exactInCall: otherId(byText.get(textKey), entry.id),
      nearInCall: otherId(
        records.find((earlier) => sharesBand(earlier, own) && areNearDuplicates(earlier, own)),
        entry.id,
      ),
    };
    if (!byText.has(textKey)) byText.set(textKey, record);
    records.push(record);
  }
  return records;
}

/** Bands carry the diary in their hash, so entries of two diaries share none. */
function sharesBand(a: { bands: number[] }, b: { bands: number[] }): boolean {
  return a.bands.some((band, i) => band === b.bands[i]);
}

function otherId(record: EntryRecord | undefined, id: string): string | null {
  return record && record.id !== id ? record.id : null;
}

function toOutcome(entry: NewEntry, row: StoredRow | undefined): WriteOutcome {
  if (!row) throw new Error(`Nothing says what became of the entry ${entry.id}.`);
  if (row.authorId !== entry.authorId) {
    return refuse(entry.id, 'Conflict', `The id ${entry.id} is taken; send another one, or none.`);
  }
  if (row.erased) return refuse(entry.id, 'Gone', `The entry ${entry.id} was written before and has been deleted.`);
  if (!row.applied && row.version === 1 && row.requestHash !== digestEntry(entry, entry.createdAt).requestHash) {
    return refuse(entry.id, 'IdempotencyKeyReused', `The entry ${entry.id} was written before with other content.`);
  }
  return {
    id: row.id,
    outcome: row.applied ? 'applied' : 'already',
    version: row.version,
    contentHash: row.contentHash,
    createdAt: row.createdAt.toISOString(),
    verdict: row.verdict,
    duplicateOf: row.duplicateOf,
  };
}

function refuse(
  id: string,
  reason: Extract<WriteOutcome, { outcome: 'refused' }>['reason'],
  message: string,
): WriteOutcome {
  return { id, outcome: 'refused', reason, message };
}

/** SQLSTATE classes 22 (data), 23 (constraint) and 54 (limits): the same call fails the same way again. */
function isRefusedByDatabase(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}

/** The database's own words may quote content: only the constraint's name is passed on. */
function describe(error: unknown): string {
  const { constraint, code } = error as { constraint?: string; code?: string };
  return `The database refuses the entry (${constraint ?? `SQLSTATE ${code ?? 'unknown'}`}).`;
}
