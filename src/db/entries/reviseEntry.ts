import type { EntryType } from '@moltnet/protocol';
import type { Role } from '../../rules/permissions.js';
import { mayIn, roleIn } from '../access.js';
import type { Db } from '../database.js';

const AGENT = 'cast(:agentId as uuid)';

/** The current row, locked until the transaction ends, and what the agent is in its diary. */
export interface LockedEntry {
  id: string;
  diaryId: string;
  version: number;
  type: EntryType;
  title: string | null;
  content: string | null;
  tags: string[] | null;
  importance: number;
  contentHash: string;
  erasedAt: Date | null;
  supersededBy: string | null;
  signature: string | null;
  authorId: string;
  role: Role;
}

/** Undefined where the agent may not read the entry; whether it may change it is for the caller to ask. */
export async function lockEntry(trx: Db, agentId: string, entryId: string): Promise<LockedEntry | undefined> {
  const { rows } = await trx.raw<{ rows: LockedEntry[] }>(
    `select e.id, e.diary_id as "diaryId", e.version, e.type, e.title, e.content, e.tags, e.importance,
       e.content_hash as "contentHash", e.erased_at as "erasedAt", e.superseded_by as "supersededBy",
       e.signature,
       e.author_id as "authorId", ${roleIn('d', AGENT)} as role
     from entries e join diaries d on d.id = e.diary_id
     where e.id = :entryId and ${mayIn('read', 'd', AGENT)}
     for update of e`,
    { entryId, agentId },
  );
  return rows[0];
}

/** The state an entry is brought to, with all that is derived from it. */
export interface Revision {
  id: string;
  type: EntryType;
  title: string;
  content: string;
  tags: string[];
  importance: number;
  salt: string;
  contentHash: string;
  textHash: string;
  authorKeyId: string;
  revisedAt: string;
  bands: number[];
  sketch: number[];
  facts: string;
}

/**
 * Keeps the current version beside the entry and puts the revision in its place, in the caller's transaction, which
 * holds the row's lock. The former text's vectors go with it: a vector never outlives the text it was computed from.
 */
export async function replaceVersion(trx: Db, agentId: string, revision: Revision): Promise<void> {
  await trx.raw(
    `insert into entry_versions (entry_id, version, type, title, content, tags, importance, salt, content_hash,
       author_key_id, revised_at)
     select id, version, type, title, content, tags, importance, salt, content_hash, author_key_id, revised_at
     from entries where id = ?`,
    [revision.id],
  );
  await trx.raw(
    `with revised as (
       update entries set version = version + 1, type = :type, title = :title, content = :content, tags = :tags,
         importance = :importance, salt = :salt, content_hash = :contentHash, text_hash = :textHash,
         author_key_id = :authorKeyId, revised_at = :revisedAt,
         similarity_bands = :bands,
         similarity_sketch = :sketch, similarity_facts = :facts
       where id = :id returning id, diary_id, version, type, content_hash, author_key_id
     ), stale as (
       delete from entry_embeddings where entry_id = :id and text_hash <> :textHash returning 1
     ), task as (
       insert into embedding_tasks (entry_id) select id from revised where exists (select 1 from stale) or exists (
         select 1 from embedding_tasks where entry_id = :id)
       on conflict (entry_id) do update
         set state = 'pending', attempts = 0, error = null, claim = null, claimed_until = null, due_at = now()
     )
     insert into outbox (kind, agent_id, diary_id, subject_id, subject_hash, data)
     select 'entry.revised', :agentId, diary_id, id, content_hash,
       jsonb_build_object('version', version, 'type', type, 'keyId', author_key_id) from revised`,
    { ...revision, agentId },
  );
}
