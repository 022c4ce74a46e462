import { signatureHash, type EntryPath } from '@moltnet/protocol';
import type { Db } from '../database.js';

/** What deciding about the signature of an entry needs of it. */
export interface Signable {
  id: string;
  authorId: string;
  authorKeyId: string;
  contentHash: string;
  erased: boolean;
  signature: string | null;
}

/** Those of these entries that are there, whosever they are, by their ids; read in the caller's transaction. */
export async function findSignables(db: Db, ids: string[]): Promise<Map<string, Signable>> {
  const { rows } = await db.raw<{ rows: Signable[] }>(
    `select id, author_id as "authorId", author_key_id as "authorKeyId", content_hash as "contentHash",
       erased_at is not null as erased, signature
     from entries where id = any(cast(? as uuid[]))`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The id of the key, if it is in use, locked until the transaction ends, so that nothing is stored behind its end. */
export async function lockKeyInUse(trx: Db, agentId: string, keyId: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select 1 from agent_keys where key_id = ? and agent_id = ? and (valid_until is null or valid_until > now()) for share`,
    [keyId, agentId],
  );
  return rows.length > 0;
}

/** The key that the agent signs with now; undefined where none is left. */
export async function findKeyInUse(db: Db, agentId: string): Promise<string | undefined> {
  const { rows } = await db.raw<{ rows: { keyId: string }[] }>(
    `select key_id as "keyId" from agent_keys where agent_id = ? and (valid_until is null or valid_until > now())
     order by epoch desc limit 1`,
    [agentId],
  );
  return rows[0]?.keyId;
}

export interface EntrySignature {
  id: string;
  contentHash: string;
  path: EntryPath | null;
}

/**
 * Locks those of these entries that are still as they were when they were to be signed, and answers how many: one that
 * was edited, erased or signed since is not among them.
 */
export async function lockUnsigned(trx: Db, entries: EntrySignature[], keyId: string): Promise<number> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select 1 from entries e
     join jsonb_to_recordset(cast(:rows as jsonb)) as i ("id" uuid, "contentHash" text)
       on e.id = i."id" and e.content_hash = i."contentHash"
     where e.author_key_id = :keyId and e.signature is null and e.erased_at is null
     order by e.id for update of e`,
    { rows: JSON.stringify(entries), keyId },
  );
  return rows.length;
}

/** Stores one signature with the entries that it covers, which lockUnsigned holds, and the events that tell of it. */
export async function storeSignatures(
  trx: Db,
  entries: EntrySignature[],
  { agentId, keyId, signature, signedAt }: { agentId: string; keyId: string; signature: string; signedAt: string },
): Promise<void> {
  const rows = entries.map(({ id, contentHash, path }) => ({
    id,
    contentHash,
    path,
    subject: signatureHash({ contentHash, signature }),
  }));
  await trx.raw(
    `with input as (
       select * from jsonb_to_recordset(cast(:rows as jsonb)) as i ("id" uuid, "contentHash" text, "path" jsonb, "subject" text)
     ), signed as (
       update entries e set signature = :signature, signature_key_id = e.author_key_id, signed_at = :signedAt,
         signature_path = i."path"
       from input i
       where e.id = i."id" returning e.id, e.diary_id, i."subject"
     )
     insert into outbox (kind, agent_id, diary_id, subject_id, subject_hash, data)
     select 'entry.signed', :agentId, diary_id, id, subject, jsonb_build_object('keyId', cast(:keyId as text)) from signed`,
    { rows: JSON.stringify(rows), signature, signedAt, keyId, agentId },
  );
}
