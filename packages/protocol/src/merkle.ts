import { primitives } from '#primitives';
import { equalBytes, utf8 } from './encoding.js';
import { InvalidInput } from './invalidInput.js';

/** The Merkle tree of RFC 6962, section 2.1, over SHA-256. Hashes are 32 bytes; sizes and indices go up to 2^53 - 1. */

/** The root of a tree without leaves. */
export const EMPTY_ROOT: Uint8Array = primitives.sha256(new Uint8Array());

const HASH_BYTES = 32;

export function leafHash(leaf: string | Uint8Array): Uint8Array {
  const bytes = typeof leaf === 'string' ? utf8(leaf) : leaf;
  const input = new Uint8Array(1 + bytes.length);
  input.set(bytes, 1);
  return primitives.sha256(input);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return primitives.sha256(input);
}

/** The largest power of two below `size`: how many leaves the left subtree of a tree of two or more has. */
export function leftSize(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/**
 * The root that a path of sibling hashes, from the leaf's up, leads to; undefined where the path has not the length that
 * index and size ask for.
 */
export function rootFromInclusion(
  leaf: Uint8Array,
  { index, size, path }: { index: number; size: number; path: readonly Uint8Array[] },
): Uint8Array | undefined {
  if (!isIndexOf(index, size)) return undefined;
  if (size === 1) return path.length === 0 ? leaf : undefined;
  const sibling = path.at(-1);
  if (!sibling) return undefined;
  const left = leftSize(size);
  const isLeft = index < left;
  const below = isLeft ? { index, size: left } : { index: index - left, size: size - left };
  const child = rootFromInclusion(leaf, { ...below, path: path.slice(0, -1) });
  return child && (isLeft ? nodeHash(child, sibling) : nodeHash(sibling, child));
}

/** Whether the leaf stands at this index of the tree with this root. Never throws. */
export function verifyInclusion(
  leaf: Uint8Array,
  place: { index: number; size: number; path: readonly Uint8Array[] },
  root: Uint8Array,
): boolean {
  const found = rootFromInclusion(leaf, place);
  return found !== undefined && equalBytes(found, root);
}

/** A tree's size and root. */
export interface TreeHead {
  size: number;
  root: Uint8Array;
}

/**
 * Whether the newer tree begins with the leaves of the older one, by the proof of RFC 6962, section 2.1.2. A tree without
 * leaves begins each, with an empty proof. Never throws.
 */
export function verifyConsistency(older: TreeHead, newer: TreeHead, path: readonly Uint8Array[]): boolean {
  if (!isSize(older.size) || !isSize(newer.size) || older.size > newer.size) return false;
  if (older.size === 0) return path.length === 0 && equalBytes(older.root, EMPTY_ROOT);
  const roots = rootsFromConsistency(older, newer.size, path, true);
  return roots !== undefined && equalBytes(roots.older, older.root) && equalBytes(roots.newer, newer.root);
}

/** The two roots that a proof leads to. `isWhole`: this subtree begins where the old tree does, so that its root is known. */
function rootsFromConsistency(
  older: TreeHead,
  newerSize: number,
  path: readonly Uint8Array[],
  isWhole: boolean,
): { older: Uint8Array; newer: Uint8Array } | undefined {
  if (older.size === newerSize) {
    const [shared, ...others] = isWhole ? [older.root, ...path] : path;
    return shared && others.length === 0 ? { older: shared, newer: shared } : undefined;
  }
  const sibling = path.at(-1);
  if (!sibling) return undefined;
  const left = leftSize(newerSize);
  const rest = path.slice(0, -1);
  if (older.size <= left) {
    const roots = rootsFromConsistency(older, left, rest, isWhole);
    return roots && { older: roots.older, newer: nodeHash(roots.newer, sibling) };
  }
  const roots = rootsFromConsistency({ ...older, size: older.size - left }, newerSize - left, rest, false);
  return roots && { older: nodeHash(sibling, roots.older), newer: nodeHash(sibling, roots.newer) };
}

export function assertSize(value: unknown, field: string): asserts value is number {
  if (!isSize(value)) throw new InvalidInput(field, 'must be an integer from 0 to 2^53 - 1');
}

export function assertIndex(index: number, size: number): void {
  assertSize(size, 'size');
  if (!isIndexOf(index, size)) throw new InvalidInput('index', `must be an integer below the size, ${size}`);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isIndexOf(index: unknown, size: unknown): boolean {
  return isSize(size) && isSize(index) && index < size;
}
