import type { Db } from '../database.js';
import { eraseEntries } from '../entries/eraseEntry.js';

interface TakeBack {
  successorIds: string[];
  actorId: string;
  reason: string;
}

/**
 * Takes back what consolidation wrote, in the caller's transaction: the sources are active again, the successors become
 * tombstones, and their groups say so. A successor that has one itself leaves its sources superseded.
 */
export async function takeBack(trx: Db, { successorIds, actorId, reason }: TakeBack): Promise<void> {
  await restoreSources(trx, successorIds, actorId);
  await eraseEntries(trx, { ids: successorIds, actorId, reason });
  await trx('consolidation_groups')
    .whereIn('successor_id', successorIds)
    .where('state', 'applied')
    .update({ state: 'reverted', reason });
}

async function restoreSources(trx: Db, successorIds: string[], actorId: string): Promise<void> {
  await trx.raw(
    `with before as (
       select e.id, e.superseded_by from entries e join entries s on s.id = e.superseded_by and s.superseded_by is null
       where e.superseded_by = any(:successorIds) and e.erased_at is null order by e.id for update of e
     ), restored as (
       update entries e set superseded_by = null from before b where e.id = b.id
       returning e.id, e.diary_id, e.content_hash, b.superseded_by
     ), relations as (
       update entry_relations r set status = 'deleted', evidence = '{}', updated_at = now() from restored
       where r.to_id = restored.id and r.from_id = restored.superseded_by and r.type = 'supersedes'
     )
     insert into outbox (kind, agent_id, diary_id, subject_id, subject_hash, data)
     select 'entry.restored', :actorId, diary_id, id, content_hash, jsonb_build_object('successorId', superseded_by)
     from restored`,
    { successorIds, actorId },
  );
}

/** Whether the entry was written by consolidation and stands. */
export async function isConsolidated(trx: Db, entryId: string): Promise<boolean> {
  const group: unknown = await trx('consolidation_groups')
    .where({ successor_id: entryId, state: 'applied' })
    .first('number');
  return group !== undefined;
}
