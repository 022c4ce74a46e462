import { completeSubtrees, frontierRoot, type Node } from './frontier.js';
import { InvalidInput } from './invalidInput.js';
import { nodeHash } from './merkle.js';
import { consistencyRanges, inclusionRanges } from './proofs.js';

/**
 * Tiles as c2sp.org/tlog-tiles has them: up to 256 hashes of complete subtrees of 256^level leaves each, concatenated. A
 * tile of fewer is partial, and belongs to trees of one size.
 */
export interface Tile {
  level: number;
  index: number;
  width: number;
}

/** A tile as a path names it: of hashes, or of the leaves themselves. */
export type NamedTile = Omit<Tile, 'level'> & { level: number | 'entries' };

/** Reads tiles, in the order in which they are asked for, each as `32 * width` bytes (or more: of a wider tile). */
export type ReadTiles = (tiles: readonly Tile[]) => Promise<readonly Uint8Array[]>;

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const LEVELS_MAX = 6; // 256^7 is beyond 2^53.
const HASH_BYTES = 32;

/** `tile/0/x001/x234/067` and `tile/0/000.p/112`; for the leaves themselves `tile/entries/…`. */
export function tilePath({ level, index, width }: NamedTile): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const parts = padded.match(/.{3}/g)!.map((part, i, all) => (i < all.length - 1 ? `x${part}` : part));
  return `tile/${level}/${parts.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** The tile that a path names. Throws InvalidInput for any other spelling. */
export function parseTilePath(path: string): NamedTile {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (match) {
    const level = match[1] === 'entries' ? 'entries' : Number(match[1]);
    const tile: NamedTile = {
      level,
      index: Number(match[2]!.replaceAll(/[x/]/g, '')),
      width: Number(match[3] ?? TILE_WIDTH),
    };
    const isPlace =
      Number.isSafeInteger(tile.index) &&
      tile.width > 0 &&
      (level === 'entries' || level < 64) &&
      tilePath(tile) === path;
    if (isPlace) return tile;
  }
  throw new InvalidInput('path', 'must be a tile as c2sp.org/tlog-tiles spells it, such as tile/0/x001/067.p/12');
}

/** How wide a tile is in a tree of this size; 0 where there is none. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/** The tiles that a log must have at `newerSize` and had not, or had narrower, at `olderSize`; partial ones among them. */
export function newTiles(olderSize: number, newerSize: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; level <= LEVELS_MAX && newerSize >= TILE_WIDTH ** level; level++) {
    const from = Math.floor(olderSize / TILE_WIDTH ** level);
    const to = Math.floor(newerSize / TILE_WIDTH ** level);
    if (from === to) continue;
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
      tiles.push({ level, index, width: tileWidth(level, index, newerSize) });
    }
  }
  return tiles;
}

/** The inclusion proof of a leaf in the tree of `size` leaves; reads each tile once, all in one call. */
export async function inclusionProofFromTiles(
  index: number,
  size: number,
  readTiles: ReadTiles,
): Promise<Uint8Array[]> {
  return hashRanges(inclusionRanges(index, size), size, readTiles);
}

export async function consistencyProofFromTiles(
  olderSize: number,
  newerSize: number,
  readTiles: ReadTiles,
): Promise<Uint8Array[]> {
  return hashRanges(consistencyRanges(olderSize, newerSize), newerSize, readTiles);
}

/** The frontier's hashes of the tree of `size` leaves: what a log goes on from after a restart. */
export async function frontierFromTiles(size: number, readTiles: ReadTiles): Promise<Uint8Array[]> {
  return hashRanges(
    completeSubtrees(0, size).map((node) => [node]),
    size,
    readTiles,
  );
}

async function hashRanges(
  ranges: readonly (readonly Node[])[],
  size: number,
  readTiles: ReadTiles,
): Promise<Uint8Array[]> {
  const tiles = new Map<string, Tile>();
  for (const { level, index } of ranges.flat().map((node) => placeOf(node))) {
    tiles.set(`${level}/${index}`, { level, index, width: tileWidth(level, index, size) });
  }
  const asked = [...tiles.values()];
  const read = asked.length === 0 ? [] : await readTiles(asked);
  const found = new Map([...tiles.keys()].map((key, i) => [key, checkTile(asked[i]!, read[i])]));
  const hashNode = (node: Node): Uint8Array => {
    const { level, index, first, count } = placeOf(node);
    return hashWithin(found.get(`${level}/${index}`)!, first, count);
  };
  return ranges.map((range) => frontierRoot({ hashes: range.map(hashNode) }));
}

/** The tile that a subtree lies in, and which of its hashes it covers. */
function placeOf(node: Node): { level: number; index: number; first: number; count: number } {
  const level = Math.floor(node.level / TILE_HEIGHT);
  const count = 2 ** (node.level % TILE_HEIGHT);
  const from = node.index * count;
  return { level, index: Math.floor(from / TILE_WIDTH), first: from % TILE_WIDTH, count };
}

function checkTile(tile: Tile, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes && bytes.length >= tile.width * HASH_BYTES) return bytes;
  const found = bytes ? `${bytes.length} bytes` : 'nothing';
  throw new InvalidInput(tilePath(tile), `must be ${tile.width * HASH_BYTES} bytes, and ${found} was read`);
}

function hashWithin(tile: Uint8Array, first: number, count: number): Uint8Array {
  if (count === 1) return tile.subarray(first * HASH_BYTES, (first + 1) * HASH_BYTES);
  const half = count / 2;
  return nodeHash(hashWithin(tile, first, half), hashWithin(tile, first + half, half));
}
