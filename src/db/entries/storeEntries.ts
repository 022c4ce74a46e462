import { MIN_AGREEING_POSITIONS } from '../../rules/similarity.js';
import type { EntryDigest } from '../../rules/entryDigest.js';
import type { NewEntry, SignaturePath, Verdict } from '../../rules/newEntry.js';
import { mayIn } from '../access.js';
import type { Db } from '../database.js';

/** One entry as it is stored: as the door handed it on, with everything that is derived from it. */
export interface EntryRecord extends Omit<NewEntry, 'proof'>, EntryDigest {
  signature: string | null;
  signaturePath: SignaturePath | null;
  /** An earlier entry of the same call with the same text, or one nearly the same. */
  exactInCall: string | null;
  nearInCall: string | null;
}

/** The row that now carries the id, whoever wrote it; absent where the diary may not be written, or the key has ended. */
export interface StoredRow {
  id: string;
  applied: boolean;
  authorId: string;
  requestHash: string | null;
  erased: boolean;
  version: number;
  contentHash: string;
  createdAt: Date;
  verdict: Verdict;
  duplicateOf: string | null;
}

const STORED_BEFORE = `
  e.id, false as applied, e.author_id as "authorId", e.request_hash as "requestHash",
  e.erased_at is not null as erased, e.version, e.content_hash as "contentHash", e.created_at as "createdAt", e.verdict,
  e.duplicate_of as "duplicateOf"`;

/**
 * Stores entries with their outbox rows and embedding tasks, and answers each id's row; one statement, so one round
 * trip and one commit. An id that is taken is left as it is, and so answered as it was first answered. A writer that
 * commits the same id at the same moment is seen by neither half of the statement: its id is missing from the answer,
 * and the next call finds it.
 *
 * Of several that a new entry repeats the original is named before its repetitions: entries of one call have the same
 * time, and their ids are in no order.
 *
 * The key of a signed entry is locked from the look at it to the commit, so that no entry is stored behind its key's end.
 *
 * The diary is compared as text where near duplicates are looked up: with an indexable comparison there, the planner
 * walks the whole diary instead of the bands' index (which is scoped by diary already).
 */
const STORE = `
  with input as (
    select * from jsonb_to_recordset(?::jsonb) as i (
      "id" uuid, "diaryId" uuid, "authorId" uuid, "authorKeyId" text, "type" text, "title" text, "content" text,
      "tags" text[], "importance" smallint, "salt" text, "createdAt" timestamptz, "contentHash" text, "textHash" text,
      "requestHash" text, "bands" integer[], "sketch" integer[], "facts" text, "exactInCall" uuid, "nearInCall" uuid,
      "signature" text, "signaturePath" jsonb)
  ), keys as (
    select key_id from agent_keys where (valid_until is null or valid_until > now())
      and key_id in (select "authorKeyId" from input where "signature" is not null) for share
  ), matched as (
    select i.*,
      coalesce(
        (select e.id from entries e where e.diary_id = i."diaryId" and e.text_hash = i."textHash" and e.erased_at is null
          and e.id <> i."id" order by e.duplicate_of is not null, e.created_at, e.id limit 1),
        i."exactInCall") as exact_of
    from input i
    join diaries d on d.id = i."diaryId" and ${mayIn('write', 'd', 'i."authorId"')}
    where i."signature" is null or i."authorKeyId" in (select key_id from keys)
  ), judged as (
    select i.*,
      case when exact_of is null then coalesce(
        (select near.id from (
          select e.id, e.created_at, e.duplicate_of is not null as repeats,
            (select count(*) from unnest(e.similarity_sketch, i."sketch") as both_sketches (a, b) where a = b) as agreeing
          from entries e
          where e.similarity_bands && i."bands" and e.similarity_facts = i."facts"
            and e.diary_id::text = i."diaryId"::text and e.id <> i."id") near
        where near.agreeing >= ${MIN_AGREEING_POSITIONS}
        order by near.agreeing desc, near.repeats, near.created_at, near.id limit 1),
        i."nearInCall") end as near_of
    from matched i
  ), stored as (
    insert into entries (id, diary_id, author_id, author_key_id, type, title, content, tags, importance, salt,
      content_hash, request_hash, created_at, revised_at, run_id, verdict, duplicate_of, text_hash,
      similarity_bands, similarity_sketch, similarity_facts,
      signature, signature_path, signature_key_id, signed_at)
    select "id", "diaryId", "authorId", "authorKeyId", "type", "title", "content", "tags", "importance", "salt",
      "contentHash", "requestHash", "createdAt", "createdAt", ?,
      case when exact_of is not null then 'exact_duplicate' when near_of is not null then 'near_duplicate' else 'new' end,
      coalesce(exact_of, near_of), "textHash", "bands", "sketch", "facts",
      "signature", case when jsonb_typeof("signaturePath") = 'object' then "signaturePath" end, case when "signature" is not null then "authorKeyId" end,
      case when "signature" is not null then "createdAt" end
    from judged
    on conflict (id) do nothing
    returning id, author_id, request_hash, version, content_hash, created_at, verdict, duplicate_of, diary_id, type, author_key_id
  ), tasks as (
    insert into embedding_tasks (entry_id) select id from stored
  ), events as (
    insert into outbox (kind, agent_id, diary_id, subject_id, subject_hash, data)
    select 'entry.created', author_id, diary_id, id, content_hash,
      jsonb_build_object('version', version, 'type', type, 'keyId', author_key_id)
    from stored
  )
  select id, true as applied, author_id as "authorId", request_hash as "requestHash", false as erased, version,
    content_hash as "contentHash", created_at as "createdAt", verdict, duplicate_of as "duplicateOf"
  from stored
  union all
  select ${STORED_BEFORE} from entries e join input i on i."id" = e.id`;

export async function storeEntries(db: Db, runId: string, records: EntryRecord[]): Promise<StoredRow[]> {
  const { rows } = await db.raw<{ rows: StoredRow[] }>(STORE, [JSON.stringify(records), runId]);
  return rows;
}

/** The rows of these ids, as a repeated call finds them. */
export async function findStoredRows(db: Db, ids: string[]): Promise<Map<string, StoredRow>> {
  const { rows } = await db.raw<{ rows: StoredRow[] }>(`select ${STORED_BEFORE} from entries e where e.id = any(?)`, [
    ids,
  ]);
  return new Map(rows.map((row) => [row.id, row]));
}
