import type { RestoredEntry } from '../../rules/restoreEntry.js';
import type { Db } from '../database.js';

/**
 * Stores entries of a bundle with their former versions, and the events by which the log here learns of them, in the
 * caller's transaction. An id that is taken is left as it is. Answers the ids that this call stored.
 *
 * The events name the importing agent's key: it is that agent who says so here, whoever wrote the entries.
 */
export async function storeRestored(
  trx: Db,
  entries: RestoredEntry[],
  by: { agentId: string; keyId: string; runId: string },
): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `with input as (
       select i.*, k.agent_id as author_id from jsonb_to_recordset(:entries::jsonb) as i (
         "id" uuid, "diaryId" uuid, "authorKeyId" text, "version" int, "type" text, "title" text, "content" text, "tags" text[],
         "importance" smallint, "salt" text, "bodyCommitment" text, "contentHash" text, "createdAt" timestamptz,
         "revisedAt" timestamptz, "signature" text, "signaturePath" jsonb, "signedAt" timestamptz, "erasedAt" timestamptz,
         "erasedBecause" text, "textHash" text, "requestHash" text, "bands" int[], "sketch" int[], "facts" text,
         "former" jsonb, "events" jsonb)
       join agent_keys k on k.key_id = i."authorKeyId"
     ), stored as (
       insert into entries (id, diary_id, author_id, author_key_id, version, type, title, content, tags, importance, salt,
         body_commitment, content_hash, created_at, revised_at, signature, signature_key_id, signature_path, signed_at, erased_at,
         erased_because, text_hash, request_hash, similarity_bands, similarity_sketch, similarity_facts, run_id, verdict)
       select "id", "diaryId", author_id, "authorKeyId", "version", "type", "title", "content", "tags", "importance", "salt",
         "bodyCommitment", "contentHash", "createdAt", "revisedAt", "signature",
         case when "signature" is not null then "authorKeyId" end, "signaturePath", "signedAt", "erasedAt", "erasedBecause", "textHash",
         "requestHash", "bands", "sketch", "facts", :runId, 'new'
       from input on conflict (id) do nothing returning id
     ), versions as (
       insert into entry_versions (entry_id, version, type, title, content, tags, importance, salt, body_commitment,
         content_hash, author_key_id, revised_at)
       select i."id", v."version", v."type", v."title", v."content", v."tags", v."importance", v."salt", v."bodyCommitment",
         v."contentHash", v."authorKeyId", v."revisedAt"
       from input i join stored s on s.id = i."id"
       cross join jsonb_to_recordset(i."former") as v (
         "version" int, "type" text, "title" text, "content" text, "tags" text[], "importance" smallint, "salt" text,
         "bodyCommitment" text, "contentHash" text, "authorKeyId" text, "revisedAt" timestamptz)
     ), tasks as (
       insert into embedding_tasks (entry_id)
       select i."id" from input i join stored s on s.id = i."id" where i."erasedAt" is null
     ), events as (
       insert into outbox (kind, agent_id, diary_id, subject_id, subject_hash, data)
       select e.event ->> 'kind', :agentId, i."diaryId", i."id", e.event ->> 'subjectHash',
         jsonb_build_object('keyId', cast(:keyId as text))
       from input i join stored s on s.id = i."id"
       cross join jsonb_array_elements(i."events") with ordinality as e (event, number)
       order by i."createdAt", i."id", e.number
     )
     select id from stored`,
    { ...by, entries: JSON.stringify(entries) },
  );
  return rows.map(({ id }) => id);
}

/** Those of these ids that are entries of the diary. */
export async function listPresent(db: Db, ids: string[], diaryId: string): Promise<string[]> {
  return db('entries').whereIn('id', ids).where('diary_id', diaryId).pluck('id');
}

/** Those of these entries that still have their text. */
export async function listWithText(db: Db, ids: string[]): Promise<string[]> {
  return db('entries').whereIn('id', ids).whereNull('erased_at').pluck('id');
}

/**
 * Names the successors that supersession lines tell of, where both entries are here; one that has a successor keeps it.
 * Answers how many it named.
 */
export async function linkSuccessors(
  trx: Db,
  links: { entryId: string; successorId: string; subjectHash: string }[],
  { diaryId, agentId, keyId }: { diaryId: string; agentId: string; keyId: string },
): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `with links as (
       select * from jsonb_to_recordset(:links::jsonb) as l ("entryId" uuid, "successorId" uuid, "subjectHash" text)
     ), linked as (
       update entries e set superseded_by = s.id from links l join entries s on s.id = l."successorId"
       where e.id = l."entryId" and e.diary_id = :diaryId and e.superseded_by is null returning e.id, l."subjectHash", s.id as successor_id
     )
     insert into outbox (kind, agent_id, diary_id, subject_id, subject_hash, data)
     select 'entry.superseded', :agentId, :diaryId, id, "subjectHash",
       jsonb_build_object('keyId', cast(:keyId as text), 'successorId', successor_id)
     from linked`,
    { links: JSON.stringify(links), diaryId, agentId, keyId },
  );
  return rowCount;
}
