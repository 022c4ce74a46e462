import { setImmediate } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { createBundleVerifier, type BundleLine, type BundleReport } from '@moltnet/protocol';
import { eraseEntries } from '../db/entries/eraseEntry.js';
import { addPlaceholders, listKeyIds, listKnownKeys } from '../db/imports/placeholders.js';
import { linkSuccessors, listPresent, listWithText, storeRestored } from '../db/imports/restoreEntries.js';
import { forgetImport, readStagedEntries, readStagedLines } from '../db/imports/stagedLines.js';
import { listLogKeys } from '../db/log/checkpoints.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { refused, type ChangeOutcome } from '../rules/changes.js';
import { createImportCheck, type DiaryImport } from '../rules/checkImport.js';
import { restoreEntry } from '../rules/restoreEntry.js';

const RETRY = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2, shouldRetry: isRetryable };
/** A line takes a millisecond or two to check: requests are answered in between. */
const CHECKED_AT_ONCE = 20;
const RESTORED_AT_ONCE = 50;

type Refusal = Extract<ChangeOutcome, { outcome: 'refused' }>;

/** What a checked bundle is: enough to go on with, and to tell. */
export interface CheckedBundle {
  outcome: 'checked';
  verdict: 'trusted' | 'consistent';
  origin: string;
  treeSize: number;
  /** Authors that nobody here has registered, by their keys. */
  unknownKeys: { keyId: string; publicKey: string }[];
}

/** Verifies all lines that are staged. Only reads: run twice, it says the same. */
export function checkImport(target: DiaryImport): Promise<CheckedBundle | Refusal> {
  return DBOS.runStep(() => check(target), { name: 'checkImport', ...RETRY });
}

async function check({ importId, diaryId, agentId }: DiaryImport): Promise<CheckedBundle | Refusal> {
  const { db } = ports();
  const trustedKeys = (await listLogKeys(db)).map(({ origin, publicKey }) => ({ name: origin, publicKey }));
  const verifier = createBundleVerifier({ trustedKeys });
  const seen = createImportCheck({ diaryId, ownKeys: await listKeyIds(db, agentId) });
  for (let after = 0; ;) {
    const lines = await readStagedLines(db, importId, { after, limit: CHECKED_AT_ONCE });
    if (lines.length === 0) break;
    for (const { number, line } of lines) {
      if (number !== after + 1) return refused('InvalidInput', `Line ${after + 1} of the bundle has not been sent.`);
      verifier.push(Buffer.from(`${line}\n`));
      const read = readLine(line);
      if (read) seen.see(read);
      after = number;
    }
    await setImmediate();
  }
  const report = verifier.end();
  const refusal = seen.refusal(report);
  return refusal === undefined ? checked(report, seen.keys) : refused('InvalidInput', refusal);
}

/** Undefined for what is no line: the verifier says so, and then nothing is made of any line. */
function readLine(line: string): BundleLine | undefined {
  try {
    return JSON.parse(line) as BundleLine;
  } catch {
    return undefined;
  }
}

async function checked(report: BundleReport, keys: ReadonlyMap<string, string>): Promise<CheckedBundle> {
  const known = await listKnownKeys(ports().db, [...keys.keys()]);
  const { origin = '', treeSize = 0 } = report.log ?? {};
  return {
    outcome: 'checked',
    verdict: report.verdict === 'trusted' ? 'trusted' : 'consistent',
    origin,
    treeSize,
    unknownKeys: [...keys].filter(([id]) => !known.has(id)).map(([keyId, publicKey]) => ({ keyId, publicKey })),
  };
}

/** Makes authors known; one transaction, keyed by their keys. */
export function restoreAuthors({ keyId }: DiaryImport, keys: CheckedBundle['unknownKeys']): Promise<number> {
  return DBOS.runStep(() => ports().db.transaction((trx) => addPlaceholders(trx, keys, { keyId })), {
    name: 'restoreAuthors',
    ...RETRY,
  });
}

export interface RestoredPage {
  outcome: 'restored';
  /** Where to go on; undefined at the end. */
  after: number | undefined;
  stored: number;
  already: number;
}

/**
 * Restores the next entries; one transaction, each entry keyed by its id. One that is here already stays as it is, but for
 * its text where the bundle says that it was erased.
 */
export function restoreSome(target: DiaryImport, after: number): Promise<RestoredPage | Refusal> {
  return DBOS.runStep(() => restore(target, after), { name: 'restoreEntries', ...RETRY });
}

async function restore({ importId, diaryId, ...by }: DiaryImport, after: number): Promise<RestoredPage | Refusal> {
  const { db } = ports();
  const staged = await readStagedEntries(db, importId, { after, limit: RESTORED_AT_ONCE });
  const entries = staged.flatMap(
    ({ lines }) => restoreEntry(lines.map((line) => JSON.parse(line) as BundleLine)) ?? [],
  );
  const ids = entries.map(({ id }) => id);
  return db.transaction(async (trx) => {
    const stored = await storeRestored(trx, entries, by);
    const present = new Set(await listPresent(trx, ids, diaryId));
    const absent = ids.find((id) => !present.has(id));
    if (absent) return refused('Conflict', `The entry ${absent} cannot be restored: its id is taken in another diary.`);
    const erased = entries.filter(({ erasedAt }) => erasedAt !== null).map(({ id }) => id);
    const reason = 'it was deleted where it was imported from';
    await eraseEntries(trx, { ids: await listWithText(trx, erased), actorId: by.agentId, reason });
    return {
      outcome: 'restored',
      after: staged.at(-1)?.first,
      stored: stored.length,
      already: entries.length - stored.length,
    };
  });
}

/** Names successors once all entries are here; one transaction. */
export function restoreSuccessors(target: DiaryImport): Promise<number> {
  return DBOS.runStep(
    async () => {
      const { db } = ports();
      let linked = 0;
      for (let after = 0; ;) {
        const staged = await readStagedEntries(db, target.importId, { after, limit: RESTORED_AT_ONCE });
        if (staged.length === 0) return linked;
        const links = staged.flatMap(({ lines }) => lines.flatMap(toLink));
        if (links.length > 0) linked += await db.transaction((trx) => linkSuccessors(trx, links, target));
        after = staged.at(-1)?.first ?? after;
      }
    },
    { name: 'restoreSuccessors', ...RETRY },
  );
}

function toLink(line: string): { entryId: string; successorId: string; subjectHash: string }[] {
  const read = JSON.parse(line) as BundleLine;
  if (read.line !== 'supersession') return [];
  const { entryId, successorId } = read.supersession;
  return [{ entryId, successorId, subjectHash: read.leaf[5] }];
}

/** Lets go of the lines: they are texts, and no longer needed. */
export function endImport(importId: string): Promise<void> {
  return DBOS.runStep(() => forgetImport(ports().db, importId), { name: 'endImport', ...RETRY });
}
