import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Log } from '../telemetry.js';
import type { Db } from './database.js';

/**
 * One migrator at a time, by a lease row: a session's advisory lock would be lost in a transaction pooler and means nothing
 * on a database with one session; knex's own lock has no time in it, so a killed migrator would hold it for ever.
 */
const TTL_MS = 20_000;
const RENEW_MS = 5_000;
const POLL_MS = 200;
/** Created by four at once: `if not exists` looks before it locks, so the losers see one of these. */
const ALREADY_THERE = ['42P07', '23505'];

const TAKE = `
  insert into migration_lock as l (name, holder, expires_at)
  values ('migration_lock', :holder, clock_timestamp() + :ttlMs * interval '1 millisecond')
  on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
    where l.holder = excluded.holder or l.expires_at <= clock_timestamp()`;

export type MigrationLock = {
  /** Throws unless the lock is still ours; within the transaction nobody can take it over before the commit. */
  assertHeld(transaction: Knex): Promise<void>;
};

async function createLockTable(db: Db): Promise<void> {
  try {
    await db.raw(
      `create table if not exists migration_lock (name text primary key, holder text not null, expires_at timestamptz not null)`,
    );
  } catch (error) {
    if (!ALREADY_THERE.includes((error as { code?: string }).code ?? '')) throw error;
  }
}

async function take(db: Db, holder: string): Promise<boolean> {
  const { rowCount } = await db.raw<{ rowCount: number }>(TAKE, { holder, ttlMs: TTL_MS });
  return rowCount === 1;
}

async function findHolder(db: Db): Promise<string> {
  const { rows } = await db.raw<{ rows: { holder: string }[] }>(`select holder from migration_lock`);
  return rows[0]?.holder ?? 'nobody';
}

/**
 * Runs `work` while no other process migrates this database; waits for its turn without limit, since the migrator before
 * may rightly take long, and a dead one's lease runs out. Who hung and lost the lease is stopped by `assertHeld`.
 */
export async function withMigrationLock<T>(db: Db, log: Log, work: (lock: MigrationLock) => Promise<T>): Promise<T> {
  const holder = `${process.pid}-${randomUUID()}`;
  await createLockTable(db);
  for (let waits = 0; !(await take(db, holder)); waits++) {
    if (waits === 0) log.info('another process is migrating this database: waiting', { holder: await findHolder(db) });
    await sleep(POLL_MS);
  }
  const renewal = setInterval(() => {
    take(db, holder).catch((error: unknown) =>
      log.warn('the migration lock was not renewed', { error: String(error) }),
    );
  }, RENEW_MS);
  try {
    return await work({
      async assertHeld(transaction) {
        const held = await transaction('migration_lock').where({ holder }).forShare().pluck<string[]>('name');
        if (held.length === 0)
          throw new Error('Another process took the migration over: this one hung for too long. Run it again.');
      },
    });
  } finally {
    clearInterval(renewal);
    await db('migration_lock').where({ holder }).delete();
  }
}
