import { inclusionProofFromTiles } from '@moltnet/protocol';
import type { Db } from '../database.js';
import { findCheckpoint, type SignedCheckpoint } from './checkpoints.js';
import { readTiles } from './readTiles.js';

export interface LeafProof {
  checkpoint: SignedCheckpoint;
  /** The leaf's sibling first. */
  path: Uint8Array[];
}

/** The proof that the leaf stands in the tree of the newest checkpoint; undefined while that is older than the leaf. */
export async function proveLeaf(db: Db, index: number): Promise<LeafProof | undefined> {
  const checkpoint = await findCheckpoint(db);
  if (!checkpoint || checkpoint.size <= index) return undefined;
  const path = await inclusionProofFromTiles(index, checkpoint.size, (tiles) => readTiles(db, tiles));
  return { checkpoint, path };
}
