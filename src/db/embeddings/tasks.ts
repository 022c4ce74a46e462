import { toSql } from 'pgvector';
import type { Db } from '../database.js';

/** A claimed entry: its text as it is now, and the hash that guards the vector computed from it. */
export interface EmbeddingTask {
  entryId: string;
  textHash: string;
}

export interface TextToEmbed {
  title: string;
  content: string;
  tags: string[];
  textHash: string;
}

/** A claim outlives its run by this much at most: a dead executor's claims are taken over after it. */
const CLAIM_SECONDS = 120;

/**
 * Claims up to `limit` due entries under the name `claim`, or answers what that name has claimed before, so that a step
 * that is run again goes on with the same entries. Two claimers never get the same entry (skip locked).
 */
export async function claimTasks(db: Db, claim: string, limit: number): Promise<EmbeddingTask[]> {
  const { rows } = await db.raw<{ rows: EmbeddingTask[] }>(
    `with mine as (
       select entry_id from embedding_tasks where claim = :claim and state = 'pending'
     ), due as (
       select entry_id from embedding_tasks
       where state = 'pending' and due_at <= now() and (claimed_until is null or claimed_until < now())
         and not exists (select 1 from mine)
       order by due_at limit :limit for update skip locked
     ), claimed as (
       update embedding_tasks t set claim = :claim, claimed_until = now() + make_interval(secs => ${CLAIM_SECONDS})
       from due where t.entry_id = due.entry_id returning t.entry_id
     )
     select e.id as "entryId", e.text_hash as "textHash" from entries e
     where e.erased_at is null and e.id in (select entry_id from mine union all select entry_id from claimed)
     order by e.created_at, e.id`,
    { claim, limit },
  );
  return rows;
}

/** Gives back what a claim still holds, due again after `delaySeconds`: the embedder was away, not the text at fault. */
export async function releaseClaim(db: Db, claim: string, delaySeconds: number): Promise<number> {
  return db('embedding_tasks')
    .where({ claim, state: 'pending' })
    .update({
      claim: null,
      claimed_until: null,
      due_at: db.raw('now() + make_interval(secs => ?)', [delaySeconds]),
    });
}

/** The texts to embed, by entry; an erased one has none. */
export async function findTextsToEmbed(db: Db, entryIds: string[]): Promise<Map<string, TextToEmbed>> {
  const rows = (await db('entries').whereIn('id', entryIds).whereNull('erased_at').select({
    id: 'id',
    title: 'title',
    content: 'content',
    tags: 'tags',
    textHash: 'text_hash',
  })) as (TextToEmbed & { id: string })[];
  return new Map(rows.map((row) => [row.id, row]));
}

export interface NewEmbedding {
  entryId: string;
  textHash: string;
  truncated: boolean;
  vector: Float32Array;
}

/**
 * Stores vectors and ends their entries' tasks, where the entry still has the text that the vector was computed from;
 * answers which. An edit that came in between wins: nothing is stored, its own task is still there. Storing twice leaves
 * one row. Entries are locked in the order of their ids, as everywhere where one transaction locks several.
 */
export async function storeEmbeddings(db: Db, modelId: number, embeddings: NewEmbedding[]): Promise<Set<string>> {
  const rows = embeddings.map((embedding) => ({ ...embedding, vector: toSql([...embedding.vector]) as string }));
  const { rows: stored } = await db.raw<{ rows: { entryId: string }[] }>(
    `with input as (
       select * from jsonb_to_recordset(:rows::jsonb)
         as i ("entryId" uuid, "textHash" text, "truncated" boolean, "vector" text)
     ), current as (
       select e.id, e.diary_id, e.text_hash, i."truncated", i."vector" from input i
       join entries e on e.id = i."entryId" and e.text_hash = i."textHash" and e.erased_at is null
       order by e.id for share of e
     ), stored as (
       insert into entry_embeddings (model_id, entry_id, diary_id, text_hash, truncated, embedding)
       select cast(:modelId as smallint), id, diary_id, text_hash, "truncated", cast("vector" as vector) from current
       on conflict (model_id, entry_id, chunk) do update
         set text_hash = excluded.text_hash, truncated = excluded.truncated, embedding = excluded.embedding,
           computed_at = now()
       returning entry_id
     ), done as (
       delete from embedding_tasks where entry_id in (select entry_id from stored)
     )
     select entry_id as "entryId" from stored`,
    { modelId, rows: JSON.stringify(rows) },
  );
  return new Set(stored.map((row) => row.entryId));
}

/** Marks an entry's embedding as failed, with the reason that readers and operators see. A newer text is left alone. */
export async function failTask(
  db: Db,
  { entryId, textHash, error }: { entryId: string; textHash: string; error: string },
): Promise<'applied' | 'refused'> {
  const count = await db('embedding_tasks')
    .where('entry_id', entryId)
    .whereExists(db('entries').where({ id: entryId, text_hash: textHash }).select(db.raw('1')))
    .update({
      state: 'failed',
      error,
      attempts: db.raw('attempts + 1'),
      claim: null,
      claimed_until: null,
      due_at: db.raw(`now() + least(interval '1 day', interval '1 minute' * power(4, least(attempts, 8)))`),
    });
  return count > 0 ? 'applied' : 'refused';
}

/**
 * Makes failed entries whose waiting time is over due again: 1, 4, 16, … minutes after each failure, a day at most.
 * Answers how many.
 */
export async function retryFailedTasks(db: Db, limit: number): Promise<number> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `update embedding_tasks set state = 'pending'
     where entry_id in (
       select entry_id from embedding_tasks where state = 'failed' and due_at <= now()
       order by due_at limit ? for update skip locked)
     returning entry_id`,
    [limit],
  );
  return rows.length;
}

export interface EmbeddingBacklog {
  pending: number;
  failed: number;
  oldestPendingSeconds: number | null;
}

export async function countTasks(db: Db): Promise<EmbeddingBacklog> {
  const { rows } = await db.raw<{ rows: [EmbeddingBacklog] }>(
    `select count(*) filter (where state = 'pending')::int as pending,
       count(*) filter (where state = 'failed')::int as failed,
       extract(epoch from now() - min(created_at) filter (where state = 'pending'))::float as "oldestPendingSeconds"
     from embedding_tasks`,
  );
  return rows[0];
}

/** Whether an embedding run would find something to claim now. */
export async function hasDueTasks(db: Db): Promise<boolean> {
  const row: unknown = await db('embedding_tasks')
    .where('state', 'pending')
    .where('due_at', '<=', db.fn.now())
    .where((open) => {
      void open.whereNull('claimed_until').orWhere('claimed_until', '<', db.fn.now());
    })
    .first('entry_id');
  return row !== undefined;
}
