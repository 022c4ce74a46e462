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

/** Writes down who is about to do what to what, and why, before it is done: what crashes halfway is on record too. */
export async function beginOperatorAction(db: Db, { actorId, ...action }: OperatorAction): Promise<void> {
  await db('operator_actions')
    .insert({ ...action, before: JSON.stringify(action.before), actor_id: actorId })
    .onConflict('id')
    .ignore();
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
