import { randomUUID } from 'node:crypto';
import { buildLevels, chainTag, encodeHex, leafHash, leafText, type Leaf, type Levels } from '@moltnet/protocol';
import { assignPositions } from '../../src/db/assignPositions.js';
import type { Db } from '../../src/db/database.js';
import { takeLease } from '../../src/db/leases.js';
import { appendLeaves } from '../../src/db/log/appendLeaves.js';

export const HOLDER = { lease: 'sequencer', holder: 'here' };

/** Outbox rows as writes leave them, of three diaries in turn, unplaced. */
export async function addEvents(db: Db, count: number, kind = 'entry.created'): Promise<void> {
  await db.raw(
    `insert into outbox (kind, agent_id, diary_id, subject_id, subject_hash, data)
     select :kind, gen_random_uuid(), ('00000000-0000-4000-8000-00000000000' || n % 3)::uuid, gen_random_uuid(),
       encode(sha256(random()::text::bytea), 'hex'), jsonb_build_object('keyId', repeat('ab', 32))
     from generate_series(1, :count::int) n order by n`,
    { kind, count },
  );
}

/** Places and logs all that waits, as the sequencer does in a pass. */
export async function sequence(db: Db, limit = 1_000): Promise<number> {
  await takeLease(db, HOLDER.lease, HOLDER.holder, 60_000);
  for (;;) {
    const placed = await assignPositions(db, { ...HOLDER, limit });
    const grown = await appendLeaves(db, { ...HOLDER, limit });
    if (!placed || !grown) throw new Error('the lease is somebody else’s');
    if (placed.assigned < limit && grown.looked < limit) return grown.size;
  }
}

export interface LoggedLeaf extends Leaf {
  index: number;
  chainId: string;
  subjectId: string;
  /** As stored, hex. */
  hash: string;
}

/** All leaves in order, as the protocol has them. */
export async function readLeaves(db: Db): Promise<LoggedLeaf[]> {
  const rows = await db('log_leaves as l')
    .join('log_heads as h', 'h.chain_id', 'l.chain_id')
    .orderBy('leaf_index')
    .select('l.*', 'h.salt');
  return rows.map((row) => ({
    index: Number(row.leaf_index),
    chainId: row.chain_id,
    subjectId: row.subject_id,
    hash: row.leaf_hash.toString('hex'),
    kind: row.kind,
    tag: chainTag(row.chain_id, row.salt.toString('hex')),
    seq: Number(row.seq),
    prevLeaf: row.prev_leaf?.toString('hex') ?? '',
    subjectHash: row.subject_hash.toString('hex'),
    authorKeyId: row.author_key_id.toString('hex'),
    at: row.at.toISOString(),
  }));
}

/** The tree of these leaves, hashed anew from their fields. */
export function treeOf(leaves: Leaf[]): Levels {
  return buildLevels(leaves.map((leaf) => leafHash(leafText(leaf))));
}

export function hashOf(leaf: Leaf): string {
  return encodeHex(leafHash(leafText(leaf)));
}

export async function addEvent(db: Db, event: Record<string, unknown>): Promise<void> {
  await db('outbox').insert({ agent_id: randomUUID(), subject_id: randomUUID(), ...event });
}
