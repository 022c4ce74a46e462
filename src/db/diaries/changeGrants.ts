import type { GrantChange, GrantSituation } from '../../rules/grants.js';
import { roleIn } from '../access.js';
import type { Db } from '../database.js';

/**
 * What a change of access meets, with the diary's row locked until the transaction ends, so that of two changes one sees
 * the other. Two statements: what is read beside a lock that was waited for may be older than the lock.
 */
export async function lockGrantSituation(trx: Db, change: GrantChange): Promise<GrantSituation | undefined> {
  await trx.raw('select from diaries where id = ? for no key update', [change.diaryId]);
  const { rows } = await trx.raw<{
    rows: (Omit<GrantSituation, 'before'> & { before: GrantSituation['before'] | null })[];
  }>(
    `select d.owner_id as "ownerId", d.deleted_at is not null as "isDeleted", g.role, coalesce(g.version, 0) as version,
       ${roleIn('d', 'cast(:actorId as uuid)')} as "actorRole",
       (select jsonb_build_object('diaryId', c.diary_id, 'agentId', c.agent_id, 'role', c.role, 'actorId', c.changed_by,
         'version', c.version) from diary_grant_changes c where c.id = :id) as before
     from diaries d left join diary_grants g on g.diary_id = d.id and g.agent_id = :agentId
     where d.id = :diaryId`,
    { ...change },
  );
  return rows[0] && { ...rows[0], before: rows[0].before ?? undefined };
}

/**
 * Makes the change in the caller's transaction, which holds the diary's lock, and adds the event; a revocation of what
 * nobody had adds none, and still raises the version, against grants that are under way.
 */
export async function storeGrantChange(
  trx: Db,
  change: GrantChange,
  { version, hadAccess, hash }: { version: number; hadAccess: boolean; hash: string },
): Promise<void> {
  await trx.raw(
    `with access as (
       insert into diary_grants (diary_id, agent_id, role, version, changed_by, changed_at)
       values (:diaryId, :agentId, :role, :version, :actorId, :at)
       on conflict (diary_id, agent_id) do update set role = excluded.role, version = excluded.version,
         changed_by = excluded.changed_by, changed_at = excluded.changed_at
     ), change as (
       insert into diary_grant_changes (id, diary_id, agent_id, version, role, changed_by, changed_at)
       values (:id, :diaryId, :agentId, :version, :role, :actorId, :at)
     )
     insert into outbox (kind, agent_id, diary_id, subject_id, subject_hash, data)
     select :kind, :actorId, :diaryId, :agentId, :hash,
       jsonb_build_object('version', cast(:version as integer), 'role', cast(:role as text), 'at', cast(:at as text))
     where cast(:happened as boolean)`,
    {
      ...change,
      version,
      hash,
      kind: change.role === null ? 'grant.revoked' : 'grant.created',
      happened: hadAccess || change.role !== null,
    },
  );
}
