import type { EntryType } from '@moltnet/protocol';
import type { Knex } from 'knex';
import type { SignaturePath, Verdict } from '../../rules/newEntry.js';
import type { Db } from '../database.js';

/** An entry as readers see it. Of an erased one the text, tags and salt are null; hash, author, place and time stay. */
export interface Entry {
  id: string;
  diaryId: string;
  authorId: string;
  authorKeyId: string;
  authorFingerprint: string;
  version: number;
  type: EntryType;
  title: string | null;
  content: string | null;
  tags: string[] | null;
  importance: number;
  salt: string | null;
  contentHash: string;
  createdAt: Date;
  revisedAt: Date;
  runId: string;
  supersededBy: string | null;
  verdict: Verdict;
  duplicateOf: string | null;
  embedding: 'embedded' | 'pending' | 'failed' | 'none';
  embeddingError: string | null;
  erasedAt: Date | null;
  erasedBecause: string | null;
  /** Of an erased one: what its header was made with. */
  bodyCommitment: string | null;
  signature: string | null;
  signedAt: Date | null;
  signaturePath: SignaturePath | null;
  signatureKeyId: string | null;
  signaturePublicKey: string | null;
}

const COLUMNS = {
  id: 'e.id',
  diaryId: 'e.diary_id',
  authorId: 'e.author_id',
  authorKeyId: 'e.author_key_id',
  authorFingerprint: 'a.fingerprint',
  version: 'e.version',
  type: 'e.type',
  title: 'e.title',
  content: 'e.content',
  tags: 'e.tags',
  importance: 'e.importance',
  salt: 'e.salt',
  contentHash: 'e.content_hash',
  createdAt: 'e.created_at',
  revisedAt: 'e.revised_at',
  runId: 'e.run_id',
  supersededBy: 'e.superseded_by',
  verdict: 'e.verdict',
  duplicateOf: 'e.duplicate_of',
  embeddingError: 't.error',
  erasedAt: 'e.erased_at',
  erasedBecause: 'e.erased_because',
  bodyCommitment: 'e.body_commitment',
  signature: 'e.signature',
  signedAt: 'e.signed_at',
  signaturePath: 'e.signature_path',
  signatureKeyId: 'e.signature_key_id',
  signaturePublicKey: 'k.public_key',
};

/** Entries with all that a reader sees of them, not yet narrowed to what the reader may see. */
export function selectEntries(db: Db): Knex.QueryBuilder<Record<string, unknown>, Entry[]> {
  return db('entries as e')
    .join('agents as a', 'a.id', 'e.author_id')
    .leftJoin('embedding_tasks as t', 't.entry_id', 'e.id')
    .leftJoin('agent_keys as k', 'k.key_id', 'e.signature_key_id')
    .select({
      ...COLUMNS,
      embedding: db.raw(`case when e.erased_at is not null then 'none' else coalesce(t.state, 'embedded') end`),
    }) as Knex.QueryBuilder<Record<string, unknown>, Entry[]>;
}
