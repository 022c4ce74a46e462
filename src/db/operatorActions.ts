import { canonicalJson, sha256Hex } from '@moltnet/protocol';
import type { Db } from './database.js';

export type OperatorAction = {
  id: string;
  actorId: string;
  action: string;
  target: string;
  reason: string;
  before: Record<string, unknown>;
};

export type RecordedAction = OperatorAction & { after: Record<string, unknown>; at: Date };

/**
 * Writes down who is about to do what to what, and why, before it is done: what crashes halfway is on record too, and in
 * the log, by a hash that the action's random id keeps from being guessed.
 */
export async function beginOperatorAction(db: Db, { before, ...action }: OperatorAction): Promise<void> {
  const { id, actorId, action: what, target, reason } = action;
  const subjectHash = sha256Hex(canonicalJson(['moltnet:operator:v1', id, actorId, what, target, reason]));
  await db.raw(
    `with noted as (
       insert into operator_actions (id, actor_id, action, target, reason, before)
       values (:id, :actorId, :action, :target, :reason, :before)
       on conflict (id) do nothing returning id, actor_id
     )
     insert into outbox (kind, agent_id, subject_id, subject_hash)
     select 'operator.acted', actor_id, id, :subjectHash from noted`,
    { ...action, before: JSON.stringify(before), subjectHash },
  );
}

/** Adds what came of it: the state after, or the refusal. */
export async function endOperatorAction(db: Db, id: string, after: Record<string, unknown>): Promise<void> {
  await db('operator_actions')
    .where({ id })
    .update({ after: JSON.stringify(after) });
}

/** Newest first, after the place where the last page ended. */
export async function listOperatorActions(
  db: Db,
  {
    target,
    after,
    limit,
  }: { target?: string | undefined; after?: { at: Date; id: string } | undefined; limit: number },
): Promise<RecordedAction[]> {
  const query = db('operator_actions')
    .select<RecordedAction[]>('id', 'actor_id as actorId', 'action', 'target', 'reason', 'before', 'after', 'at')
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit);
  if (target) void query.where({ target });
  if (after) void query.whereRaw('(at, id) < (?, ?)', [after.at, after.id]);
  return query;
}
