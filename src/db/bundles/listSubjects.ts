import type { BundledEntry } from '../../rules/bundleLines.js';
import type { Db } from '../database.js';
import type { StoredLeaf } from '../log/findLeaf.js';

/** What a leaf of a diary is about, as far as the tables have it: one version of an entry, or what became of it. */
export interface LeafSubject extends BundledEntry {
  index: number;
  /** The leaf by which the entry was erased; null where none is. */
  erasedAtIndex: string | null;
}

/**
 * The versions that leaves name by their content hash, and for other leaves the entry's current one, by the leaves'
 * indices. Former versions have no signature.
 */
export async function listSubjects(db: Db, leaves: readonly StoredLeaf[]): Promise<Map<number, LeafSubject>> {
  const { rows } = await db.raw<{ rows: LeafSubject[] }>(
    `select w.index, e.id as "entryId", e.diary_id as "diaryId",
       coalesce(v.author_key_id, e.author_key_id) as "authorKeyId", coalesce(v.type, e.type) as type,
       case when v.version is null then e.title else v.title end as title,
       case when v.version is null then e.content else v.content end as content,
       case when v.version is null then e.tags else v.tags end as tags,
       coalesce(v.importance, e.importance) as importance,
       case when v.version is null then e.salt else v.salt end as salt,
       case when v.version is null then e.body_commitment else v.body_commitment end as "bodyCommitment",
       coalesce(v.content_hash, e.content_hash) as "contentHash",
       coalesce(v.revised_at, e.revised_at) as "revisedAt",
       case when v.version is null then e.signature end as signature,
       case when v.version is null then e.signature_path end as "signaturePath",
       case when v.version is null then e.signed_at end as "signedAt",
       e.erased_because as "erasedBecause",
       (select min(t.leaf_index) from log_leaves t where t.subject_id = e.id and t.kind = 'tombstone') as "erasedAtIndex",
       array(select f.content_hash from entry_versions f where f.entry_id = e.id) || e.content_hash as hashes,
       array(select s.content_hash from entries s where s.id = w."successorId" union
         select f.content_hash from entry_versions f where f.entry_id = w."successorId") as "successorHashes"
     from jsonb_to_recordset(:wanted::jsonb) as w ("index" bigint, "entryId" uuid, "hash" text, "successorId" uuid)
     join entries e on e.id = w."entryId"
     left join entry_versions v on v.entry_id = e.id and v.content_hash = w.hash and e.content_hash <> w.hash`,
    {
      wanted: JSON.stringify(
        leaves.map(({ index, subjectId: entryId, subjectHash: hash, successorId }) => ({
          index,
          entryId,
          hash,
          successorId,
        })),
      ),
    },
  );
  return new Map(rows.map((row) => [Number(row.index), row]));
}
