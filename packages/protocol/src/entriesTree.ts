import { decodeHex, encodeHex } from './encoding.js';
import { InvalidInput } from './invalidInput.js';
import { leafHash, rootFromInclusion } from './merkle.js';
import { buildLevels, inclusionProof, merkleRoot } from './proofs.js';

/** Where one entry stands among those that one signature covers. `path` is in hex, the sibling first. */
export interface EntryPath {
  index: number;
  size: number;
  path: readonly string[];
}

/**
 * The Merkle root (RFC 6962) whose leaves are the 32 bytes of each content hash, in the order given: what the author of
 * many entries signs at once. Every path lets one entry be verified without the others.
 */
export function entriesTree(contentHashes: readonly string[]): { root: string; paths: EntryPath[] } {
  if (contentHashes.length === 0) throw new InvalidInput('contentHashes', 'must have at least one');
  const size = contentHashes.length;
  const levels = buildLevels(contentHashes.map((hash, i) => leafOf(hash, `contentHashes[${i}]`)));
  const paths = contentHashes.map((_, index) => ({
    index,
    size,
    path: inclusionProof(levels, index).map((hash) => encodeHex(hash)),
  }));
  return { root: encodeHex(merkleRoot(levels)), paths };
}

/** The root that an entry's path leads to. Throws InvalidInput for a path that is none. */
export function entriesRoot(contentHash: string, { index, size, path }: EntryPath): string {
  const hashes = path.map((hash, i) => decodeHex(hash, `path[${i}]`, 32));
  const root = rootFromInclusion(leafOf(contentHash, 'contentHash'), { index, size, path: hashes });
  if (!root) throw new InvalidInput('path', `has not the length of a path from leaf ${index} of ${size}`);
  return encodeHex(root);
}

function leafOf(contentHash: string, field: string): Uint8Array {
  return leafHash(decodeHex(contentHash, field, 32));
}
