import type { Db } from '../database.js';

export interface SignedCheckpoint {
  size: number;
  root: Buffer;
  /** Of the key that signed it. */
  epoch: number;
  /** The signed note, as it is published. */
  note: string;
}

export interface LogKey {
  epoch: number;
  origin: string;
  publicKey: string;
  /** The size of the tree from which on it signs. */
  fromSize: number;
  /** Links it with the key before; null for the first. */
  changeNote: string | null;
}

export interface LogState {
  size: number;
  /** The root's parts, the largest subtree first (Frontier). */
  hashes: Buffer[];
  refusal: string | null;
}

const COLUMNS = { size: 'size', root: 'root', epoch: 'epoch', note: 'note' } as const;

export async function findLogState(db: Db): Promise<LogState> {
  const row = (await db('log_head').first('size', 'frontier', 'refusal')) as {
    size: string;
    frontier: Buffer;
    refusal: string | null;
  };
  const hashes = Array.from({ length: row.frontier.length / 32 }, (_, i) => row.frontier.subarray(32 * i, 32 * i + 32));
  return { size: Number(row.size), hashes, refusal: row.refusal };
}

/** The newest checkpoint of all, or the newest of a tree of at least `minSize` leaves; undefined before there is one. */
export async function findCheckpoint(db: Db, minSize = 0): Promise<SignedCheckpoint | undefined> {
  const row = (await db('log_checkpoints').where('size', '>=', minSize).orderBy('size', 'desc').first(COLUMNS)) as
    (Omit<SignedCheckpoint, 'size'> & { size: string }) | undefined;
  return row && { ...row, size: Number(row.size) };
}

/** The keys that the log has signed with, the first one first; the last one signs now. */
export async function listLogKeys(db: Db): Promise<LogKey[]> {
  const rows = (await db('log_keys').orderBy('epoch').select({
    epoch: 'epoch',
    origin: 'origin',
    publicKey: 'public_key',
    fromSize: 'from_size',
    changeNote: 'change_note',
  })) as (Omit<LogKey, 'fromSize'> & { fromSize: string })[];
  return rows.map((row) => ({ ...row, fromSize: Number(row.fromSize) }));
}

/**
 * Publishes a checkpoint, with the key that signed it where that is new, if `holder` holds the lease; false if it does
 * not. A tree of this size that has a checkpoint already keeps it, since both say the same, unless a new key signs it.
 */
export function storeCheckpoint(
  db: Db,
  { lease, holder }: { lease: string; holder: string },
  { checkpoint, newKey }: { checkpoint: SignedCheckpoint; newKey: LogKey | undefined },
): Promise<boolean> {
  return db.transaction(async (trx) => {
    const held = (await trx('leases').where({ name: lease, holder }).forUpdate().first('name')) as object | undefined;
    if (!held) return false;
    if (newKey) {
      const { epoch, origin, publicKey, fromSize, changeNote } = newKey;
      const row = { epoch, origin, public_key: publicKey, from_size: fromSize, change_note: changeNote };
      await trx('log_keys').insert(row).onConflict('epoch').ignore();
    }
    await trx.raw(
      `insert into log_checkpoints as c (size, root, epoch, note) values (:size, :root, :epoch, :note)
       on conflict (size) do update set epoch = excluded.epoch, note = excluded.note, signed_at = now()
         where excluded.epoch > c.epoch`,
      { ...checkpoint },
    );
    return true;
  });
}

/** Notes why the log does not sign, or that it does. */
export async function storeRefusal(db: Db, refusal: string | null): Promise<void> {
  await db('log_head').update({ refusal });
}

/** How much of the log is signed, and since when the first leaf that is not has been waiting. */
export async function findLogHealth(
  db: Db,
): Promise<{ size: number; signed: number; waitingSeconds: number; refusal: string | null }> {
  const { rows } = await db.raw<{
    rows: [{ size: string; signed: string; waitingSeconds: number | null; refusal: string | null }];
  }>(
    `select h.size, c.signed, h.refusal, extract(epoch from clock_timestamp() - l.at)::int as "waitingSeconds"
     from log_head h cross join (select coalesce(max(size), 0) as signed from log_checkpoints) c
     left join log_leaves l on l.leaf_index = c.signed`,
  );
  const { size, signed, waitingSeconds, refusal } = rows[0];
  return { size: Number(size), signed: Number(signed), waitingSeconds: waitingSeconds ?? 0, refusal };
}
