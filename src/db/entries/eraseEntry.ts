import { bodyCommitment, type EntryBody } from '@moltnet/protocol';
import type { Db } from '../database.js';

/** Texts read at a time: 50 of the longest are some 20 MB. */
const CHUNK = 50;

type Version = EntryBody & { id: string; version: number };

interface Erasure {
  ids: string[];
  actorId: string;
  reason: string;
}

/**
 * Erases the text of entries and everything derived from it: former versions, vectors, sketches, search text, evidence.
 * The rows stay with hash, author, place and time, and with the commitment that makes the hash of them. Runs in the
 * caller's transaction; an entry that is erased already is left as it is. Answers the ids that this call erased.
 */
export async function eraseEntries(trx: Db, { ids, ...why }: Erasure): Promise<string[]> {
  const erased: string[] = [];
  for (let from = 0; from < ids.length; from += CHUNK) {
    erased.push(...(await eraseSome(trx, { ids: ids.slice(from, from + CHUNK), ...why })));
  }
  return erased;
}

async function eraseSome(trx: Db, erasure: Erasure): Promise<string[]> {
  const commitments = await commitToBodies(trx, erasure.ids);
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `with commitments as (
       select * from jsonb_to_recordset(:commitments::jsonb) as c (id uuid, version int, commitment text)
     ), erased as (
       update entries e set title = null, content = null, tags = null, salt = null, text_hash = null,
         request_hash = null, similarity_bands = null, similarity_sketch = null, similarity_facts = null,
         erased_at = now(), erased_by = :actorId, erased_because = :reason, body_commitment = c.commitment
       from commitments c where c.id = e.id and c.version = e.version and e.id = any(:ids) and e.erased_at is null
       returning e.id, e.diary_id, e.content_hash
     ), versions as (
       update entry_versions v set title = null, content = null, tags = null, salt = null, body_commitment = c.commitment
       from commitments c where c.id = v.entry_id and c.version = v.version and v.entry_id in (select id from erased)
     ), vectors as (
       delete from entry_embeddings where entry_id in (select id from erased)
     ), tasks as (
       delete from embedding_tasks where entry_id in (select id from erased)
     ), evidence as (
       update entry_relations set evidence = '{}'
       where from_id in (select id from erased) or to_id in (select id from erased)
     ), events as (
       insert into outbox (kind, agent_id, diary_id, subject_id, subject_hash)
       select 'entry.erased', :actorId, diary_id, id, content_hash from erased
     )
     select id from erased`,
    { ...erasure, commitments: JSON.stringify(commitments) },
  );
  return rows.map((row) => row.id);
}

/** The commitment to each version's body. The entries are locked, so that none gets another version in between. */
async function commitToBodies(trx: Db, ids: string[]): Promise<{ id: string; version: number; commitment: string }[]> {
  const columns = ['version', 'salt', 'title', 'content', 'tags'] as const;
  const current: Version[] = await trx('entries')
    .whereIn('id', ids)
    .whereNull('erased_at')
    .forUpdate()
    .select('id', ...columns);
  const former: Version[] = await trx('entry_versions')
    .whereIn('entry_id', ids)
    .whereNotNull('salt')
    .select('entry_id as id', ...columns);
  return [...current, ...former].map(({ id, version, ...body }) => ({ id, version, commitment: bodyCommitment(body) }));
}
