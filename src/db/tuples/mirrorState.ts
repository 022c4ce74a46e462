import type { AccessRow } from '../../rules/accessTuples.js';
import type { Db } from '../database.js';

/** Something whose tuples at the identity service may be behind: a diary, a grant (with its agent), or an agent. */
export interface Behind {
  kind: AccessRow['kind'];
  id: string;
  agentId: string | null;
  /** The change that must be mirrored at least. */
  version: number;
}

const BEHIND = `
  select 'diary' as kind, id, null::uuid as "agentId", tuples_version as version
  from diaries where tuples_synced < tuples_version
  union all
  select 'grant', diary_id, agent_id, version from diary_grants where synced_version < version
  union all
  select 'agent', id, null, tuples_version from agents where tuples_synced < tuples_version`;
const GIVEN = `jsonb_to_recordset(cast(:behind as jsonb)) as b(kind text, id uuid, "agentId" uuid, version integer)`;

/** How long one waits after so many failures: 10 s, doubled each time up to five minutes. */
const WAIT = `least(300, 10 * power(2, least(failures, 5))) * interval '1 second'`;

export async function listBehind(db: Db, limit: number): Promise<Behind[]> {
  const { rows } = await db.raw<{ rows: Behind[] }>(`select * from (${BEHIND}) behind limit ?`, [limit]);
  return rows;
}

/** The rows as they are now, which is at least as new as the versions. */
export async function readAccess(db: Db, behind: Behind[]): Promise<AccessRow[]> {
  const { rows } = await db.raw<{ rows: AccessRow[] }>(
    `select b.kind, b.id, b."agentId", g.role, d.owner_id as "ownerId", d.visibility,
       d.deleted_at is not null as deleted, a.disabled_at is not null as disabled
     from ${GIVEN}
     left join diaries d on b.kind in ('diary', 'grant') and d.id = b.id
     left join diary_grants g on b.kind = 'grant' and g.diary_id = b.id and g.agent_id = b."agentId"
     left join agents a on b.kind = 'agent' and a.id = b.id`,
    { behind: JSON.stringify(behind) },
  );
  return rows;
}

/**
 * Notes that these changes are at the identity service; one that came meanwhile has a higher version and stays behind. The
 * diaries first, as a grant locks them: the two never wait for each other in a circle.
 */
export async function markMirrored(db: Db, behind: Behind[]): Promise<void> {
  const given = { behind: JSON.stringify(behind) };
  await db.transaction(async (trx) => {
    await trx.raw(
      `update diaries d set tuples_synced = greatest(d.tuples_synced, b.version) from ${GIVEN}
       where b.kind = 'diary' and d.id = b.id`,
      given,
    );
    await trx.raw(
      `update diary_grants g set synced_version = greatest(g.synced_version, b.version) from ${GIVEN}
       where b.kind = 'grant' and g.diary_id = b.id and g.agent_id = b."agentId"`,
      given,
    );
    await trx.raw(
      `update agents a set tuples_synced = greatest(a.tuples_synced, b.version) from ${GIVEN}
       where b.kind = 'agent' and a.id = b.id`,
      given,
    );
  });
}

/** Whether something is behind that may be tried now. */
export async function isMirrorDue(db: Db): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select 1 from tuple_mirror where next_try_at <= now() and exists (${BEHIND})`,
  );
  return rows.length > 0;
}

/** Keeps how a run ended; a failure puts the next try off, the longer the more there were. Told twice, it counts once. */
export async function recordMirrorRun(db: Db, run: string, error: string | null): Promise<void> {
  await db.raw(
    error === null
      ? `update tuple_mirror set last_run = :run, failures = 0, failing_since = null, next_try_at = now(), last_error = null
         where failures > 0`
      : `update tuple_mirror set last_run = :run, failures = failures + 1, last_error = :error,
           failing_since = coalesce(failing_since, now()), next_try_at = now() + ${WAIT} where last_run <> :run`,
    { run, ...(error === null ? {} : { error }) },
  );
}

export interface MirrorState {
  /** Changes that are not at the identity service yet; counted up to a limit. */
  behind: number;
  failingSince: Date | null;
  lastError: string | null;
  comparedAt: Date | null;
  missing: number | null;
  extra: number | null;
  comparisonError: string | null;
}

/** How the mirror is doing, with what the last comparison that ended found. */
export async function readMirrorState(db: Db, limit: number): Promise<MirrorState> {
  const { rows } = await db.raw<{ rows: [MirrorState] }>(
    `select (select count(*)::int from (select 1 from (${BEHIND}) b limit ?) shown) as behind,
       m.failing_since as "failingSince", m.last_error as "lastError", c.finished_at as "comparedAt", c.missing, c.extra,
       c.error as "comparisonError"
     from tuple_mirror m left join lateral (
       select * from tuple_comparisons where finished_at is not null order by finished_at desc limit 1
     ) c on true`,
    [limit],
  );
  return rows[0];
}
