import type { Db } from '../database.js';

/**
 * Erases the text of entries and everything derived from it: former versions, vectors, sketches, search text. The rows
 * stay with hash, author, place and time. Runs in the caller's transaction; an entry that is erased already is left as
 * it is. Answers the ids that this call erased.
 */
export async function eraseEntries(
  trx: Db,
  { ids, actorId, reason }: { ids: string[]; actorId: string; reason: string },
): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `with erased as (
       update entries set title = null, content = null, tags = null, salt = null, text_hash = null,
         request_hash = null, similarity_bands = null, similarity_sketch = null, similarity_facts = null,
         erased_at = now(), erased_by = :actorId, erased_because = :reason
       where id = any(:ids) and erased_at is null
       returning id, diary_id, content_hash
     ), versions as (
       update entry_versions set title = null, content = null, tags = null, salt = null
       where entry_id in (select id from erased)
     ), vectors as (
       delete from entry_embeddings where entry_id in (select id from erased)
     ), tasks as (
       delete from embedding_tasks where entry_id in (select id from erased)
     ), events as (
       insert into outbox (kind, agent_id, diary_id, subject_id, subject_hash)
       select 'entry.erased', :actorId, diary_id, id, content_hash from erased
     )
     select id from erased`,
    { ids, actorId, reason },
  );
  return rows.map((row) => row.id);
}
