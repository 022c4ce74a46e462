import { ANONYMOUS, MOLTNET, relationOf } from '../../rules/namespaces.js';
import { GRANTED_ROLES } from '../../rules/permissions.js';

/** The relation of a grant's role, in SQL. */
const GRANTED_RELATION = `case g.role ${GRANTED_ROLES.map((role) => `when '${role}' then '${relationOf(role)}'`).join(' ')} end`;

const NETWORK_OPEN = `d.visibility in ('moltnet', 'public')`;

/**
 * SQL for the tuples that follow from our rows: what access is, as the identity service should have it. The columns are those
 * of a tuple. Owners and grants hold for live diaries; who may read for a diary's visibility is its visitors.
 */
export const WANTED = `
  select 'Diary' as namespace, d.id::text as object, '${relationOf('owner')}' as relation,
    'Agent' as subject_namespace, d.owner_id::text as subject_object, '' as subject_relation
  from diaries d where d.deleted_at is null
  union all
  select 'Diary', d.id::text, '${relationOf('visitor')}', 'Network', '${MOLTNET}', 'members'
  from diaries d where d.deleted_at is null and ${NETWORK_OPEN}
  union all
  select 'Diary', d.id::text, '${relationOf('visitor')}', 'Agent', '${ANONYMOUS}', ''
  from diaries d where d.deleted_at is null and d.visibility = 'public'
  union all
  select 'Diary', g.diary_id::text, ${GRANTED_RELATION}, 'Agent', g.agent_id::text, ''
  from diary_grants g join diaries d on d.id = g.diary_id
  where g.role is not null and d.deleted_at is null
  union all
  select 'Network', '${MOLTNET}', 'members', 'Agent', a.id::text, '' from agents a where a.disabled_at is null`;

/** SQL for what is behind as a whole: any tuple of these objects is about to be set right. */
const BEHIND_OBJECTS = `
  select 'Diary' as namespace, d.id::text as object from diaries d where d.tuples_synced < d.tuples_version`;

/** SQL for what is behind between an object and one subject. */
const BEHIND_PAIRS = `
  select 'Diary' as namespace, g.diary_id::text as object, g.agent_id::text as subject_object
  from diary_grants g where g.synced_version < g.version
  union all
  select 'Network', '${MOLTNET}', a.id::text from agents a where a.tuples_synced < a.tuples_version`;

/** SQL: the tuple (an alias) is no part of what is behind, so a difference in it is one. */
export const isSettled = (tuple: string): string => `
  not exists (select 1 from (${BEHIND_OBJECTS}) b where b.namespace = ${tuple}.namespace and b.object = ${tuple}.object)
  and not exists (select 1 from (${BEHIND_PAIRS}) b where b.namespace = ${tuple}.namespace
    and b.object = ${tuple}.object and b.subject_object = ${tuple}.subject_object)`;
