import type { Db } from './database.js';

/**
 * Leases are rows on the database's clock, so that they work through a transaction pooler and on a database with one
 * session, and so that two machines' clocks never meet in one comparison.
 */

/**
 * Takes the lease, or renews it for its holder; false while somebody else holds it. Two takers meet on the row: the
 * second waits for the first's commit, then sees a holder whose time has not run out.
 */
export async function takeLease(db: Db, name: string, holder: string, ttlMs: number): Promise<boolean> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `insert into leases as l (name, holder, expires_at)
     values (:name, :holder, clock_timestamp() + :ttlMs * interval '1 millisecond')
     on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
       where l.holder = excluded.holder or l.expires_at <= clock_timestamp()`,
    { name, holder, ttlMs },
  );
  return rowCount === 1;
}

/** Lets go of the lease at once, for a clean stop; somebody else's lease stays untouched. */
export async function releaseLease(db: Db, name: string, holder: string): Promise<void> {
  await db('leases').where({ name, holder }).delete();
}
