import type { Db } from './database.js';

export type Executor = { id: string; appVersion: string; host: string; pid: number; queues: string[] };
export type DeadExecutor = { id: string; host: string; lastSeenAt: Date };

const EXPIRES_AT = `clock_timestamp() + :ttlMs * interval '1 millisecond'`;

/** Announces an executor, or announces it again; its lease counts from now. */
export async function registerExecutor(db: Db, executor: Executor, ttlMs: number): Promise<void> {
  await db.raw(
    `insert into executors (id, app_version, host, pid, queues, expires_at)
     values (:id, :appVersion, :host, :pid, :queues, ${EXPIRES_AT})
     on conflict (id) do update set heartbeat_at = clock_timestamp(), expires_at = excluded.expires_at, stopped_at = null`,
    { ...executor, ttlMs },
  );
}

/**
 * Renews the executor's lease and says what state it was found in: `lapsed` when it had run out (the process hung, or
 * the database was away), `unknown` when the row is gone. A lapsed executor's work may be with others by now.
 */
export async function beatExecutor(db: Db, id: string, ttlMs: number): Promise<'live' | 'lapsed' | 'unknown'> {
  const { rows } = await db.raw<{ rows: { lapsed: boolean }[] }>(
    `with before as (
       select id, expires_at <= clock_timestamp() or stopped_at is not null as lapsed
       from executors where id = :id for update
     )
     update executors e set heartbeat_at = clock_timestamp(), expires_at = ${EXPIRES_AT}, stopped_at = null
     from before where e.id = before.id
     returning before.lapsed`,
    { id, ttlMs },
  );
  if (!rows[0]) return 'unknown';
  return rows[0].lapsed ? 'lapsed' : 'live';
}

/**
 * Ends every other executor and frees their leases: for the process that owns an embedded data directory alone, beside
 * which nobody can be alive.
 */
export async function endOtherExecutors(db: Db, id: string): Promise<void> {
  await db.raw(`update executors set stopped_at = clock_timestamp() where id <> ? and stopped_at is null`, [id]);
  await db('leases').whereNot({ holder: id }).delete();
}

/** A clean stop: what the executor still had is anyone's at once. */
export async function stopExecutor(db: Db, id: string): Promise<void> {
  await db.raw(`update executors set stopped_at = clock_timestamp(), expires_at = clock_timestamp() where id = ?`, [
    id,
  ]);
}

export async function listLiveExecutors(db: Db): Promise<{ id: string; appVersion: string }[]> {
  const { rows } = await db.raw<{ rows: { id: string; appVersion: string }[] }>(
    `select id, app_version as "appVersion" from executors
     where stopped_at is null and expires_at > clock_timestamp()`,
  );
  return rows;
}

/** Executors whose lease ran out without a stop: killed, hung, or cut off from the database. */
export async function findDeadExecutors(db: Db): Promise<DeadExecutor[]> {
  const { rows } = await db.raw<{ rows: DeadExecutor[] }>(
    `select id, host, heartbeat_at as "lastSeenAt" from executors
     where stopped_at is null and expires_at <= clock_timestamp() order by expires_at`,
  );
  return rows;
}

/** Forgets executors that ended long ago; work that still names one is recovered as that of an unknown executor. */
export async function pruneExecutors(db: Db, maxAgeDays: number): Promise<void> {
  await db.raw(`delete from executors where expires_at < clock_timestamp() - ? * interval '1 day'`, [maxAgeDays]);
}
