import { EMPTY_ROOT, nodeHash } from './merkle.js';

/**
 * The complete subtrees that the first `size` leaves fall into, the largest first, one for each 1 in the binary size. It is
 * all that appending to a tree and telling its root need.
 */
export interface Frontier {
  size: number;
  hashes: Uint8Array[];
}

/** A complete subtree's place: the hash over leaves `index * 2^level` up to `(index + 1) * 2^level`. */
export interface Node {
  level: number;
  index: number;
}

export function emptyFrontier(): Frontier {
  return { size: 0, hashes: [] };
}

/**
 * The frontier with one leaf more; the given one stays as it is. `onNode` hears of the leaf and of each subtree that it
 * completes: a log keeps those whose level is a multiple of 8 (tiles.ts).
 */
export function appendLeaf(
  { size, hashes }: Frontier,
  leaf: Uint8Array,
  onNode?: (node: Node, hash: Uint8Array) => void,
): Frontier {
  const rest = [...hashes];
  let node = { level: 0, index: size };
  let hash = leaf;
  onNode?.(node, hash);
  while (node.index % 2 === 1) {
    hash = nodeHash(rest.pop()!, hash);
    node = { level: node.level + 1, index: (node.index - 1) / 2 };
    onNode?.(node, hash);
  }
  return { size: size + 1, hashes: [...rest, hash] };
}

export function frontierRoot({ hashes }: Pick<Frontier, 'hashes'>): Uint8Array {
  return hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The complete subtrees that leaves from `start` up to `end` fall into, from the left. `start` is where a subtree can begin. */
export function completeSubtrees(start: number, end: number): Node[] {
  const nodes: Node[] = [];
  for (let at = start; at < end;) {
    let level = 0;
    while (2 ** (level + 1) <= end - at) level++;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}
