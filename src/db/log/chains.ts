import type { Db } from '../database.js';
import { LEAF_COLUMNS, toLeaf, type LeafRecord, type StoredLeaf } from './findLeaf.js';

/** Where a chain ends in the tree of `size` leaves, and what its tag is made with; undefined where it has no leaf there. */
export interface ChainEnd {
  count: number;
  lastLeaf: string;
  salt: string;
}

export async function findChainEnd(db: Db, chainId: string, size: number): Promise<ChainEnd | undefined> {
  const { rows } = await db.raw<{ rows: { count: string; lastLeaf: string; salt: string }[] }>(
    `select l.seq as count, encode(l.leaf_hash, 'hex') as "lastLeaf", encode(h.salt, 'hex') as salt
     from log_leaves l join log_heads h on h.chain_id = l.chain_id
     where l.chain_id = :chainId and l.leaf_index < :size order by l.seq desc limit 1`,
    { chainId, size },
  );
  return rows[0] && { ...rows[0], count: Number(rows[0].count) };
}

/** The next leaves of a chain in the tree of `size` leaves, in order. */
export async function listChainLeaves(
  db: Db,
  chainId: string,
  { afterSeq, size, limit }: { afterSeq: number; size: number; limit: number },
): Promise<StoredLeaf[]> {
  const { rows } = await db.raw<{ rows: LeafRecord[] }>(
    `select ${LEAF_COLUMNS} from log_leaves l join log_heads h on h.chain_id = l.chain_id
     where l.chain_id = :chainId and l.seq > :afterSeq and l.leaf_index < :size order by l.seq limit :limit`,
    { chainId, afterSeq, size, limit },
  );
  return rows.map(toLeaf);
}
