import { chainHeadText, parseCheckpoint, parseLogKeyChange, type ChainHead } from '../checkpoint.js';
import { encodeHex, equalBytes, decodeHex } from '../encoding.js';
import { assertUuid } from '../entry.js';
import { chainTag } from '../leaf.js';
import { assertSize, verifyConsistency } from '../merkle.js';
import { formatNoteKey, parseNote, parseNoteKey, verifyNote, type Note } from '../note.js';
import { refusedAs, startChain } from './checkPlace.js';
import type { CheckpointLine, ConsistencyLine, HeadLine, HeaderLine, LogKeyChangeLine } from './lines.js';
import { BrokenLine, type BundleCheck } from './report.js';
import { addNotice, type ChainState, noteKeysOf, type HeaderState, type VerifierState } from './state.js';
import { parseStrictJson } from './strictJson.js';

/** The first line: what all others are held against. */
export function checkHeader(state: VerifierState, line: HeaderLine): void {
  state.header = refusedAs('header', () => {
    const { origin, diaryId, treeSize: size, rootHash } = line;
    assertUuid(diaryId, 'diaryId');
    assertSize(size, 'treeSize');
    const root = decodeHex(rootHash, 'rootHash', 32);
    const logKey = parseNoteKey(line.logKey, 'logKey');
    if (logKey.name !== origin) throw new BrokenLine('header', `names ${origin} and has a key of ${logKey.name}`);
    const tag = chainTag(diaryId, line.tagSalt);
    const trustedKeys = state.options.trustedKeys ?? [];
    const seen = state.options.seen?.find((tree) => tree.origin === origin);
    return { origin, logKey, diaryId, tag, tree: { size, root }, rootHash, trustedKeys, seen };
  });
  state.part = 'authors';
  checkSeen(state, state.header);
}

function checkSeen(state: VerifierState, { seen, tree }: HeaderState): void {
  if (!seen || tree.size > seen.size) return;
  if (tree.size < seen.size) {
    addNotice(state, 'older', `is of a tree of ${tree.size} leaves, and ${seen.size} were seen before`);
  } else if (equalBytes(tree.root, seen.root)) {
    state.isLinked = true;
  } else {
    throw new BrokenLine('consistency', `shows another tree of ${tree.size} leaves than was seen before: two faces`);
  }
}

/** Shows that this tree continues the one that was seen before; a proof from any other tree says nothing here. */
export function checkConsistency(state: VerifierState, { fromSize, path }: ConsistencyLine): void {
  const { seen, tree } = state.header!;
  const hashes = refusedAs('consistency', () => path.map((each, i) => decodeHex(each, `path[${i}]`, 32)));
  if (seen?.size !== fromSize) return;
  if (!verifyConsistency(seen, tree, hashes)) {
    throw new BrokenLine('consistency', `does not show that the log continues the tree of ${fromSize} seen before`);
  }
  state.isLinked = true;
}

/**
 * The end of a chain, signed: how many leaves it has, so that the last cannot be left out. A head that is wrong ends its
 * chain all the same, so that it is one finding.
 */
export function checkHead(state: VerifierState, { note: signed }: HeadLine): void {
  const header = state.header!;
  const note = refusedAs('head', () => parseNote(signed));
  const head = refusedAs('head', () => readHead(note));
  movePart(state, head.tag === header.tag);
  const chain = closeChain(state, head.tag);
  checkSigned(header, note, 'head');
  if (head.origin !== header.origin || head.treeSize !== header.tree.size) {
    throw new BrokenLine('head', `is of another log or another tree, of ${head.origin} with ${head.treeSize} leaves`);
  }
  checkEnd(chain, head);
}

/** Authors' chains end before the diary begins; behind the diary's own end stands what is in no chain. */
function movePart(state: VerifierState, isDiary: boolean): void {
  const allowed = isDiary ? ['authors', 'diary'] : ['authors'];
  if (!allowed.includes(state.part)) throw new BrokenLine('order', 'is a head that stands too late in the bundle');
  if (isDiary) state.part = 'rest';
}

function closeChain(state: VerifierState, tag: string): ChainState {
  const chain = state.chains.get(tag) ?? startChain(state, tag);
  if (chain.isClosed) throw new BrokenLine('head', 'is a second head of one chain');
  chain.isClosed = true;
  return chain;
}

function checkEnd(chain: ChainState, { count, lastLeaf }: ChainHead): void {
  if (chain.count < count) {
    const missing = count - chain.count === 1 ? 'the last is' : `the last ${count - chain.count} are`;
    throw new BrokenLine('head', `says that the chain has ${count} leaves: ${missing} missing`);
  }
  if (chain.count > count || chain.lastLeaf !== lastLeaf) {
    throw new BrokenLine('head', `says that the chain has ${count} leaves and ends with another than the bundle's`);
  }
}

function readHead(note: Note): ChainHead {
  const fields = parseStrictJson(note.text.slice(0, -1));
  const [, origin, tag, count, lastLeaf, treeSize] = Array.isArray(fields) ? fields : [];
  const head = { origin, tag, count, lastLeaf, treeSize } as ChainHead;
  if (chainHeadText(head) === note.text) return head;
  throw new BrokenLine('head', 'is signed, and is no head of a chain');
}

/** The last line: the log signs the tree that all proofs led to. */
export function checkCheckpoint(state: VerifierState, { note }: CheckpointLine): void {
  const header = state.header!;
  const checkpoint = refusedAs('checkpoint', () => parseCheckpoint(note));
  state.part = 'end';
  checkSigned(header, checkpoint.note, 'checkpoint');
  if (checkpoint.origin !== header.origin) throw new BrokenLine('checkpoint', `is of ${checkpoint.origin}`);
  if (checkpoint.size !== header.tree.size || !equalBytes(checkpoint.root, header.tree.root)) {
    const found = `${checkpoint.size} leaves and root ${encodeHex(checkpoint.root)}`;
    throw new BrokenLine('checkpoint', `signs another tree than the bundle's, of ${found}`);
  }
}

function checkSigned(header: HeaderState, note: Note, check: BundleCheck): void {
  const { keys, isTrusted } = noteKeysOf(header);
  const signers = refusedAs(check, () => verifyNote(note, keys));
  if (signers.length > 0) return;
  const names = keys.map((key) => formatNoteKey(key)).join(', ');
  throw isTrusted
    ? new BrokenLine('trust', `is not signed by the key of ${header.origin} that is trusted here, ${names}`)
    : new BrokenLine(check, `is not signed by the log's key, ${names}`);
}

/**
 * A key hands over to the next, for who trusts the first. Where the old one has not signed, as it was lost, nothing but the
 * log's word links the two: then nothing follows from it.
 */
export function checkLogKeyChange(state: VerifierState, { note: signed }: LogKeyChangeLine): void {
  const header = state.header!;
  const note = refusedAs('logKey', () => parseNote(signed));
  const { from, to } = refusedAs('logKey', () => parseLogKeyChange(note.text));
  const signers = refusedAs('logKey', () => verifyNote(note, [from, to]));
  const isTrusted = header.trustedKeys.some((key) => formatNoteKey(key) === formatNoteKey(from));
  if (isTrusted && signers.length === 2) header.trustedKeys = [...header.trustedKeys, to];
}
