import { appendLeaf, completeSubtrees, emptyFrontier, frontierRoot, type Node } from './frontier.js';
import { assertIndex, assertSize, leftSize } from './merkle.js';
import { InvalidInput } from './invalidInput.js';

/** One hash of a proof: the root over these leaves, which stands for the complete subtrees that they fall into. */
type Range = readonly Node[];

/** What an inclusion proof consists of, the leaf's sibling first. Throws InvalidInput for an index beyond the tree. */
export function inclusionRanges(index: number, size: number): Range[] {
  assertIndex(index, size);
  const ranges: Range[] = [];
  for (let start = 0, end = size; end - start > 1;) {
    const middle = start + leftSize(end - start);
    const isLeft = index < middle;
    ranges.unshift(isLeft ? completeSubtrees(middle, end) : completeSubtrees(start, middle));
    [start, end] = isLeft ? [start, middle] : [middle, end];
  }
  return ranges;
}

/** What a consistency proof consists of; nothing where the older tree is empty or the same. */
export function consistencyRanges(olderSize: number, newerSize: number): Range[] {
  assertSize(newerSize, 'newerSize');
  assertSize(olderSize, 'olderSize');
  if (olderSize > newerSize) throw new InvalidInput('olderSize', `must not be above the newer size, ${newerSize}`);
  if (olderSize === 0) return [];
  const ranges: Range[] = [];
  let [start, end] = [0, newerSize];
  while (end !== olderSize) {
    const middle = start + leftSize(end - start);
    const isLeft = olderSize <= middle;
    ranges.unshift(isLeft ? completeSubtrees(middle, end) : completeSubtrees(start, middle));
    [start, end] = isLeft ? [start, middle] : [middle, end];
  }
  // A subtree at the very left is the older tree itself, whose root the verifier has.
  return start === 0 ? ranges : [completeSubtrees(start, end), ...ranges];
}

/** All complete subtrees of a tree that is held in memory: `levels[level][index]`. For batches, tests, small trees. */
export type Levels = readonly (readonly Uint8Array[])[];

export function buildLevels(leaves: readonly Uint8Array[]): Levels {
  const levels: Uint8Array[][] = [];
  let frontier = emptyFrontier();
  for (const leaf of leaves) {
    frontier = appendLeaf(frontier, leaf, ({ level }, hash) => (levels[level] ??= []).push(hash));
  }
  return levels;
}

export function merkleRoot(levels: Levels): Uint8Array {
  return hashRange(levels, completeSubtrees(0, levels[0]?.length ?? 0));
}

/** The inclusion proof of a leaf in a tree held in memory. */
export function inclusionProof(levels: Levels, index: number): Uint8Array[] {
  return inclusionRanges(index, levels[0]?.length ?? 0).map((range) => hashRange(levels, range));
}

/** The proof that the tree of the first `olderSize` leaves is the beginning of a tree held in memory. */
export function consistencyProof(levels: Levels, olderSize: number): Uint8Array[] {
  return consistencyRanges(olderSize, levels[0]?.length ?? 0).map((range) => hashRange(levels, range));
}

function hashRange(levels: Levels, range: Range): Uint8Array {
  return frontierRoot({ hashes: range.map(({ level, index }) => levels[level]![index]!) });
}
