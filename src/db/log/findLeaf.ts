import { chainTag, type Leaf, type LeafKind } from '@moltnet/protocol';
import type { Db } from '../database.js';

/** A leaf with its place, and its hash as it is stored: what its fields hash to is for the reader to see. */
export interface StoredLeaf extends Leaf {
  index: number;
  subjectId: string;
  leafHash: Buffer;
  /** Of a supersession. */
  successorId: string | null;
}

/** A row of LEAF_COLUMNS. */
export interface LeafRecord {
  index: string;
  kind: LeafKind;
  chainId: string;
  salt: string;
  seq: string;
  prevLeaf: string | null;
  subjectId: string;
  subjectHash: string;
  authorKeyId: string;
  at: Date;
  leafHash: Buffer;
  successorId: string | null;
}

/** SQL for a leaf `l` of the chain whose head is `h`. */
export const LEAF_COLUMNS = `l.leaf_index as index, l.kind, l.chain_id as "chainId", encode(h.salt, 'hex') as salt, l.seq,
  encode(l.prev_leaf, 'hex') as "prevLeaf", l.subject_id as "subjectId", encode(l.subject_hash, 'hex') as "subjectHash",
  encode(l.author_key_id, 'hex') as "authorKeyId", l.at, l.leaf_hash as "leafHash", l.successor_id as "successorId"`;

export function toLeaf({ index, chainId, salt, seq, prevLeaf, at, ...row }: LeafRecord): StoredLeaf {
  const tag = chainTag(chainId, salt);
  return { ...row, index: Number(index), tag, seq: Number(seq), prevLeaf: prevLeaf ?? '', at: at.toISOString() };
}

/** The leaf that says that the entry had this content hash, the newest of several; undefined while it waits for the sequencer. */
export async function findEntryLeaf(db: Db, entryId: string, contentHash: string): Promise<StoredLeaf | undefined> {
  const { rows } = await db.raw<{ rows: LeafRecord[] }>(
    `select ${LEAF_COLUMNS} from log_leaves l join log_heads h on h.chain_id = l.chain_id
     where l.subject_id = :entryId and l.kind in ('entry', 'revision') and l.subject_hash = decode(:contentHash, 'hex')
     order by l.leaf_index desc limit 1`,
    { entryId, contentHash },
  );
  return rows[0] && toLeaf(rows[0]);
}

/** Whether the sequencer has yet to log that the entry had this content hash. */
export async function isLeafPending(db: Db, entryId: string, contentHash: string): Promise<boolean> {
  const { rows } = await db.raw<{ rows: [{ found: boolean }] }>(
    `select exists (select from outbox o where (o.pos is null or o.pos > (select h.pos from log_head h))
       and o.subject_id = :entryId and o.subject_hash = :contentHash) as found`,
    { entryId, contentHash },
  );
  return rows[0].found;
}
