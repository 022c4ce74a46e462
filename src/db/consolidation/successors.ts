import type { EntryDigest } from '../../rules/entryDigest.js';
import type { NewEntry } from '../../rules/newEntry.js';
import type { Db } from '../database.js';

/** A semantic entry that takes the place of its sources, signed by the consolidator. */
export interface Successor extends NewEntry, EntryDigest {
  signature: string;
  sources: string[];
  /** Of each source, what the log keeps of its supersession. */
  sourceHashes: string[];
  /** The relation by which it supersedes each source. */
  relationIds: string[];
  /** The group of the run, for the relations' evidence. */
  group: number;
}

/**
 * Stores successors and supersedes their sources, in the caller's transaction, which holds the sources' locks: both
 * happen or neither. The consolidator is no member of the diary: whoever starts the run decides for it, or the owner's
 * policy. Answers how many sources are superseded.
 */
export async function storeSuccessors(trx: Db, runId: string, successors: Successor[]): Promise<number> {
  if (successors.length === 0) return 0;
  const { rows } = await trx.raw<{ rows: [{ superseded: number }] }>(
    `with input as (
       select * from jsonb_to_recordset(:rows::jsonb) as i (
         "id" uuid, "diaryId" uuid, "authorId" uuid, "authorKeyId" text, "title" text, "content" text, "tags" text[],
         "importance" smallint, "salt" text, "createdAt" timestamptz, "contentHash" text, "textHash" text,
         "requestHash" text, "bands" integer[], "sketch" integer[], "facts" text, "signature" text, "sources" uuid[], "sourceHashes" text[],
         "relationIds" uuid[], "group" int)
     ), stored as (
       insert into entries (id, diary_id, author_id, author_key_id, type, title, content, tags, importance, salt,
         content_hash, request_hash, created_at, revised_at, run_id, verdict, text_hash, similarity_bands,
         similarity_sketch, similarity_facts, signature, signature_key_id, signed_at)
       select "id", "diaryId", "authorId", "authorKeyId", 'semantic', "title", "content", "tags", "importance", "salt",
         "contentHash", "requestHash", "createdAt", "createdAt", :runId, 'new', "textHash", "bands", "sketch", "facts",
         "signature", "authorKeyId", "createdAt"
       from input
       returning id, diary_id, author_id, author_key_id, content_hash
     ), tasks as (
       insert into embedding_tasks (entry_id) select id from stored
     ), superseded as (
       update entries e set superseded_by = i."id"
       from input i, unnest(i."sources", i."sourceHashes", i."relationIds") as s (source_id, hash, relation_id)
       where e.id = s.source_id and e.superseded_by is null and e.erased_at is null
       returning e.id, e.diary_id, e.content_hash, s.hash, s.relation_id, i."authorId" as actor_id,
         i."id" as successor_id, i."contentHash" as successor_hash, i."group", i."createdAt" as at
     ), relations as (
       insert into entry_relations (id, from_id, to_id, type, status, evidence, from_hash, to_hash, created_by,
         request_hash, created_at, updated_at)
       select relation_id, successor_id, id, 'supersedes', 'accepted',
         jsonb_build_object('consolidation', cast(:runId as text), 'group', "group"), successor_hash, content_hash,
         actor_id, '', at, at
       from superseded
     ), events as (
       insert into outbox (kind, agent_id, diary_id, subject_id, subject_hash, data)
       select 'entry.created', author_id, diary_id, id, content_hash,
         jsonb_build_object('version', 1, 'type', 'semantic', 'keyId', author_key_id, 'consolidation', cast(:runId as text))
       from stored
       union all
       select 'entry.superseded', actor_id, diary_id, id, hash,
         jsonb_build_object('successorId', successor_id, 'consolidation', cast(:runId as text))
       from superseded
     )
     select count(*)::int as superseded from superseded`,
    { rows: JSON.stringify(successors), runId },
  );
  return rows[0].superseded;
}

/** Successors that something supersedes in its turn: taking them back would leave that without its sources. */
export async function listSuperseded(trx: Db, ids: string[]): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    'select id from entries where id = any(?) and superseded_by is not null order by id for update',
    [ids],
  );
  return rows.map((row) => row.id);
}
