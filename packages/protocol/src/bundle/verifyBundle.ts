import { formatNoteKey } from '../note.js';
import { checkEntry, checkLateSignature, checkRelation, checkSupersession, checkTombstone } from './checkEntries.js';
import { checkForeignKey, checkKey } from './checkKeys.js';
import { checkCheckpoint, checkConsistency, checkHead, checkHeader, checkLogKeyChange } from './checkNotes.js';
import { checkPlace, noticeTimes, refusedAs } from './checkPlace.js';
import { findShapeFault, type BundleLine } from './lines.js';
import { BrokenLine, type BundleReport } from './report.js';
import {
  addFinding,
  addNotice,
  noteKeysOf,
  startState,
  type Part,
  type VerifierState,
  type VerifyOptions,
} from './state.js';
import { parseStrictJson } from './strictJson.js';

/**
 * An entry of 100,000 code points takes at most 1.2 MB, if each is written as two escapes of six characters, and its
 * title, tags and proof little more.
 */
export const LINE_BYTES_MAX = 2 * 1024 * 1024;

const LINE_FEED = 10;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Takes a bundle in pieces of any size, and then tells. Remembers ids and hashes: a bundle may be larger than memory. */
export interface BundleVerifier {
  push(bytes: Uint8Array): void;
  end(): BundleReport;
}

export function createBundleVerifier(options: VerifyOptions = {}): BundleVerifier {
  const state = startState(options);
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  const keep = (piece: Uint8Array): void => {
    restBytes += piece.length;
    if (restBytes <= LINE_BYTES_MAX) rest.push(piece.slice());
  };
  const finishLine = (): void => {
    readLine(state, restBytes > LINE_BYTES_MAX ? undefined : join(rest, restBytes));
    rest = [];
    restBytes = 0;
  };
  return {
    push(bytes) {
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
        keep(bytes.subarray(start, end));
        finishLine();
        start = end + 1;
      }
      keep(bytes.subarray(start));
    },
    end() {
      if (restBytes > 0) finishLine();
      finish(state);
      return report(state);
    },
  };
}

/** Verifies a bundle that is in memory. */
export function verifyBundle(bundle: Uint8Array, options?: VerifyOptions): BundleReport {
  const verifier = createBundleVerifier(options);
  verifier.push(bundle);
  return verifier.end();
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** One line fails at most one check, the first in this order; the lines behind it are checked as if it were good. */
function readLine(state: VerifierState, bytes: Uint8Array | undefined): void {
  state.lineNumber++;
  state.counts.lines++;
  // Without a good first line there is nothing to hold the others against.
  if (state.lineNumber > 1 && !state.header) return;
  try {
    const line = parseLine(bytes);
    checkOrder(state, line);
    check(state, line);
  } catch (error) {
    if (!(error instanceof BrokenLine)) throw error;
    const { check: failed, entryId, message } = error;
    addFinding(state, { line: state.lineNumber, check: failed, ...(entryId !== undefined && { entryId }), message });
  }
}

function parseLine(bytes: Uint8Array | undefined): BundleLine {
  if (!bytes) throw new BrokenLine('limit', `is longer than ${LINE_BYTES_MAX} bytes`);
  const value = refusedAs('json', () => parseStrictJson(decode(bytes)));
  const fault = findShapeFault(value);
  if (fault !== undefined) throw new BrokenLine('shape', `has not the form of a line at ${fault}`);
  return value as unknown as BundleLine;
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new BrokenLine('json', 'is not UTF-8');
  }
}

/** In which parts of a bundle a line may stand. A line of the diary begins its part; heads say themselves where they belong. */
const PARTS_OF: Record<BundleLine['line'], readonly Part[]> = {
  header: ['header'],
  logKeyChange: ['authors'],
  key: ['authors'],
  foreignKey: ['authors'],
  head: ['authors', 'diary'],
  entry: ['authors', 'diary'],
  revision: ['authors', 'diary'],
  signature: ['authors', 'diary'],
  tombstone: ['authors', 'diary'],
  supersession: ['authors', 'diary'],
  grant: ['authors', 'diary'],
  run: ['authors', 'diary'],
  operator: ['authors', 'diary'],
  relation: ['rest'],
  consistency: ['rest'],
  checkpoint: ['authors', 'diary', 'rest'],
};

function checkOrder(state: VerifierState, { line }: BundleLine): void {
  const parts = PARTS_OF[line];
  if (!parts.includes(state.part)) throw new BrokenLine('order', `is of kind ${line}, which may not stand here`);
  if (parts.includes('diary') && !['head', 'checkpoint'].includes(line)) state.part = 'diary';
}

function check(state: VerifierState, line: BundleLine): void {
  switch (line.line) {
    case 'header':
      return checkHeader(state, line);
    case 'logKeyChange':
      return checkLogKeyChange(state, line);
    case 'key':
      return checkKey(state, line);
    case 'foreignKey':
      return checkForeignKey(state, line);
    case 'head':
      return checkHead(state, line);
    case 'entry':
    case 'revision':
      return checkEntry(state, line);
    case 'signature':
      return checkLateSignature(state, line);
    case 'tombstone':
      return checkTombstone(state, line);
    case 'supersession':
      return checkSupersession(state, line);
    case 'grant':
    case 'run':
    case 'operator':
      return noticeTimes(state, checkPlace(state, line).at);
    case 'relation':
      return checkRelation(state, line);
    case 'consistency':
      return checkConsistency(state, line);
    case 'checkpoint':
      return checkCheckpoint(state, line);
  }
}

/** What only the end of a bundle shows. */
function finish(state: VerifierState): void {
  const { header, lineNumber } = state;
  if (!header) {
    if (state.findingCount === 0) addFinding(state, { line: 1, check: 'header', message: 'is not there: no bundle' });
    return;
  }
  for (const chain of state.chains.values()) {
    if (chain.isClosed) continue;
    addFinding(state, { line: chain.lastLine, check: 'head', message: 'is of a chain whose signed end is missing' });
  }
  if (!state.chains.has(header.tag)) {
    addFinding(state, {
      line: lineNumber,
      check: 'head',
      message: 'ends a bundle without the signed end of its diary',
    });
  }
  for (const [entryId, { line, lacksBody, isErased }] of state.entries) {
    if (!lacksBody || isErased) continue;
    addFinding(state, {
      line,
      check: 'body',
      entryId,
      message: 'has no text, and no tombstone says that it was erased',
    });
  }
  if (state.part !== 'end') {
    addFinding(state, {
      line: lineNumber,
      check: 'truncated',
      message: 'is the last, and no checkpoint: the end is missing',
    });
  }
  noticeUnlinked(state);
}

function noticeUnlinked(state: VerifierState): void {
  const { seen, tree } = state.header!;
  if (state.isLinked || !seen || tree.size < seen.size) return;
  addNotice(state, 'unlinked', `does not show that the log continues the tree of ${seen.size} leaves seen before`);
}

function report(state: VerifierState): BundleReport {
  const { header, findings, findingCount, notices, noticeCount, counts } = state;
  const verdict = findingCount > 0 ? 'broken' : header && noteKeysOf(header).isTrusted ? 'trusted' : 'consistent';
  const log = header && {
    origin: header.origin,
    key: formatNoteKey(header.logKey),
    treeSize: header.tree.size,
    rootHash: header.rootHash,
  };
  const about = header && log ? { log, diaryId: header.diaryId } : {};
  return { verdict, findings, findingCount, notices, noticeCount, ...about, counts };
}
