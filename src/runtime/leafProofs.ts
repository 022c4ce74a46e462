import { encodeHex, inclusionProofFromTiles, tileWidth, type Tile } from '@moltnet/protocol';
import type { Db } from '../db/database.js';
import { readTiles } from '../db/log/readTiles.js';

/** Proofs for many leaves of one tree. */
export interface LeafProofs {
  /** The inclusion proofs of these leaves, in hex, in their order. */
  prove(indices: readonly number[]): Promise<string[][]>;
}

/**
 * Reads each tile once for all leaves that are asked for together: a page of a diary takes one statement. Of the tiles
 * between, only those above the leaves are kept for the next page, one for each 65,536 leaves.
 */
export function createLeafProofs(db: Db, size: number): LeafProofs {
  let known = new Map<string, Uint8Array>();
  const nameOf = ({ level, index }: Pick<Tile, 'level' | 'index'>) => `${level}/${index}`;

  async function read(tiles: readonly Tile[]): Promise<Uint8Array[]> {
    const missing = tiles.filter((tile) => !known.has(nameOf(tile)));
    const hashes = missing.length > 0 ? await readTiles(db, missing) : [];
    for (const [i, tile] of missing.entries()) known.set(nameOf(tile), hashes[i] as Uint8Array);
    return tiles.map((tile) => known.get(nameOf(tile)) as Uint8Array);
  }

  return {
    async prove(indices) {
      known = new Map([...known].filter(([name]) => !name.startsWith('0/')));
      const bottom = [...new Set(indices.map((index) => Math.floor(index / 256)))];
      await read(bottom.map((index) => ({ level: 0, index, width: tileWidth(0, index, size) })));
      const proofs: string[][] = [];
      for (const index of indices) proofs.push((await inclusionProofFromTiles(index, size, read)).map(encodeHex));
      return proofs;
    },
  };
}
