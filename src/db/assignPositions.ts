import type { Db } from './database.js';

/** True while rows wait for a position; one look at a small partial index. */
export async function hasUnplacedRows(db: Db): Promise<boolean> {
  const { rows } = await db.raw<{ rows: [{ found: boolean }] }>(
    `select exists (select from outbox where pos is null) as found`,
  );
  return rows[0].found;
}

/**
 * Gives up to `limit` outbox rows the next dense positions, if `holder` holds the lease `lease`; undefined if it does not.
 *
 * The promise: a reader that has seen a position sees every smaller one, for ever. Only committed rows get a position; the
 * lease's row is locked from the check to the commit, so whoever else believes to be the holder waits, and then is not;
 * the rows are chosen by a statement that begins after the lock, so it sees what the holder before gave. Unplaced rows
 * are never deleted: one that vanished between the choice and the write would leave a gap.
 */
export function assignPositions(
  db: Db,
  { lease, holder, limit }: { lease: string; holder: string; limit: number },
): Promise<{ head: number; assigned: number } | undefined> {
  return db.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: { pos: string }[] }>(
      `select h.pos from leases l cross join outbox_head h where l.name = :lease and l.holder = :holder for update of l, h`,
      { lease, holder },
    );
    if (!rows[0]) return undefined;
    const before = Number(rows[0].pos);
    const placed = await trx.raw<{ rows: [{ pos: string }] }>(
      `with batch as (
         select id, row_number() over (order by id) as number
         from (select id from outbox where pos is null order by id limit :limit) unplaced
       ), placed as (
         update outbox o set pos = :before + batch.number from batch where o.id = batch.id returning o.id
       )
       update outbox_head set pos = pos + (select count(*) from placed) returning pos`,
      { limit, before },
    );
    const head = Number(placed.rows[0].pos);
    return { head, assigned: head - before };
  });
}
