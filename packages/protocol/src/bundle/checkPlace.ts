import { decodeHex, encodeHex, equalBytes } from '../encoding.js';
import { leafText, type Leaf, type LeafKind } from '../leaf.js';
import { leafHash, rootFromInclusion } from '../merkle.js';
import type { LeafFields } from './lines.js';
import { BrokenLine, type BundleCheck } from './report.js';
import { addNotice, type ChainState, type VerifierState } from './state.js';

/** Times of an entry and its leaf, and of leaves in a row, come from several clocks and from writes that were recovered. */
const CLOCK_TOLERANCE_MS = 5 * 60 * 1000;

/**
 * A line's leaf, once it has its form, follows the leaf before it in its chain, and stands where its proof says. The chain
 * goes on from this leaf even when it does not follow, so that one missing leaf is one finding.
 */
export function checkPlace(
  state: VerifierState,
  { line, leaf: fields, index, proof }: { line: LeafKind; leaf: LeafFields; index: number; proof: readonly string[] },
): Leaf & { chain: ChainState } {
  const leaf = readLeaf(fields);
  if (leaf.kind !== line) throw new BrokenLine('leaf', `is called ${line}, and its leaf says ${leaf.kind}`);
  checkTag(state, leaf);
  const chain = state.chains.get(leaf.tag) ?? startChain(state, leaf.tag);
  const former = { ...chain };
  const hash = leafHash(leafText(leaf));
  Object.assign(chain, { count: leaf.seq, lastLeaf: encodeHex(hash), lastIndex: index, lastLine: state.lineNumber });
  checkOrder(former, leaf, index);
  checkProof(state, hash, index, proof);
  return { ...leaf, chain };
}

function readLeaf([, kind, tag, seq, prevLeaf, subjectHash, authorKeyId, at]: LeafFields): Leaf {
  const leaf = { kind, tag, seq, prevLeaf, subjectHash, authorKeyId, at };
  refusedAs('leaf', () => leafText(leaf));
  return leaf;
}

function checkTag({ header }: VerifierState, { kind, tag }: Leaf): void {
  if ((tag === header!.tag) !== (kind === 'key')) return;
  throw new BrokenLine('leaf', kind === 'key' ? 'is a key in the chain of the diary' : 'is of another diary');
}

export function startChain(state: VerifierState, tag: string): ChainState {
  const chain = { count: 0, lastLeaf: '', lastIndex: -1, lastLine: state.lineNumber, isClosed: false };
  state.chains.set(tag, chain);
  return chain;
}

function checkOrder(former: ChainState, leaf: Leaf, index: number): void {
  const due = former.count + 1;
  if (former.isClosed) throw new BrokenLine('chain', `comes after the end of its chain, which has ${former.count}`);
  if (leaf.seq > due)
    throw new BrokenLine('chain', `is number ${leaf.seq} of its chain: ${missing(due, leaf.seq - 1)}`);
  if (leaf.seq < due) throw new BrokenLine('chain', `is number ${leaf.seq} of its chain, where ${due} should follow`);
  if (leaf.prevLeaf !== former.lastLeaf) {
    throw new BrokenLine('chain', `does not follow the leaf on line ${former.lastLine}: one of the two was exchanged`);
  }
  if (index <= former.lastIndex) {
    throw new BrokenLine(
      'chain',
      `stands at ${index} in the log, before the leaf that it follows, ${former.lastIndex}`,
    );
  }
}

function missing(from: number, to: number): string {
  return from === to ? `number ${from} is missing` : `numbers ${from} to ${to} are missing`;
}

function checkProof({ header }: VerifierState, hash: Uint8Array, index: number, proof: readonly string[]): void {
  const { size, root } = header!.tree;
  const path = refusedAs('proof', () => proof.map((each, i) => decodeHex(each, `proof[${i}]`, 32)));
  const found = rootFromInclusion(hash, { index, size, path });
  if (!found) throw new BrokenLine('proof', `is no proof for leaf ${index} of ${size}`);
  if (!equalBytes(found, root)) throw new BrokenLine('proof', `does not lead from this leaf to the root of the log`);
}

/** Tells of a time in the log that lies before the one in the leaf before. Nobody can say which of the two is wrong. */
export function noticeTimes(state: VerifierState, at: string): void {
  const backMs = Date.parse(state.lastAt) - Date.parse(at);
  if (backMs > CLOCK_TOLERANCE_MS) addNotice(state, 'time', `was logged at ${at}, after a leaf of ${state.lastAt}`);
  state.lastAt = at;
}

/** Tells of an entry whose own time is not the one at which it was logged. */
export function noticeClaimedTime(state: VerifierState, createdAt: string, at: string, entryId: string): void {
  const apartMs = Math.abs(Date.parse(at) - Date.parse(createdAt));
  if (apartMs <= CLOCK_TOLERANCE_MS) return;
  addNotice(state, 'time', `says that it is of ${createdAt}, and was logged at ${at}`, entryId);
}

/** Runs a function of the protocol; what it refuses fails this check. */
export function refusedAs<T>(check: BundleCheck, run: () => T, entryId?: string): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidInput') throw new BrokenLine(check, error.message, entryId);
    throw error;
  }
}
