import { rolesThatMay, type Action } from '../rules/permissions.js';

/**
 * SQL for the role (src/rules/permissions.ts) that an agent has in a diary, null for none. `diary` is the alias of a row of
 * diaries, deleted or not; `agent` is SQL of type uuid, null for a caller without a name. Read with the statement that
 * needs it, so that a grant or its end counts at once in every process.
 */
export const roleIn = (diary: string, agent: string): string => `
  case when ${diary}.owner_id = ${agent} then 'owner' else coalesce(
    (select g.role from diary_grants g where g.diary_id = ${diary}.id and g.agent_id = ${agent}),
    case when ${diary}.visibility = 'public' or (${diary}.visibility = 'moltnet' and ${agent} is not null)
      then 'visitor' end)
  end`;

/** SQL for whether the agent may do the action in the diary; in a deleted one nobody may do anything. */
export const mayIn = (action: Action, diary: string, agent: string): string =>
  `(${diary}.deleted_at is null and ${roleIn(diary, agent)} in (${quoteRoles(action)}))`;

/** SQL for the diaries that an agent follows, with its role in each: few, so that what is confined by them stays cheap. */
export const followedBy = (agent: string): string => `
  select d.id, 'owner' as role from diaries d where d.owner_id = ${agent} and d.deleted_at is null
  union all
  select d.id, g.role from diary_grants g join diaries d on d.id = g.diary_id
  where g.agent_id = ${agent} and g.role in (${quoteRoles('follow')}) and d.deleted_at is null`;

/** SQL for the list of roles that may do the action. */
export const quoteRoles = (action: Action): string =>
  rolesThatMay(action)
    .map((role) => `'${role}'`)
    .join(', ');
