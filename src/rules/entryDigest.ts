import { bodyCommitment, canonicalJson, contentHash, sha256Hex, type EntryType } from '@moltnet/protocol';
import { similarityOf, type Similarity } from './similarity.js';

interface Subject {
  id: string;
  diaryId: string;
  authorKeyId: string;
  type: EntryType;
  title: string;
  content: string;
  tags: string[];
  importance: number;
  salt: string;
}

export interface EntryDigest extends Similarity {
  /** What is signed and proven; see packages/protocol. */
  contentHash: string;
  /** Equal for equal texts, without salt: finds exact duplicates and guards vectors. Erased with the text. */
  textHash: string;
  /** Equal for equal requests: the same idempotency key with another payload is told apart by it. Erased with the text. */
  requestHash: string;
}

/** Everything about an entry that follows from its text, place, author and time (RFC 3339 UTC with milliseconds). */
export function digestEntry(entry: Subject, time: string): EntryDigest {
  const { title, content, tags, type, importance, diaryId } = entry;
  const commitment = bodyCommitment({ salt: entry.salt, title, content, tags });
  const textHash = sha256Hex(canonicalJson(['moltnet:text:v1', title, content, tags]));
  return {
    contentHash: contentHash({
      entryId: entry.id,
      diaryId,
      authorKeyId: entry.authorKeyId,
      createdAt: time,
      type,
      importance,
      bodyCommitment: commitment,
    }),
    textHash,
    requestHash: sha256Hex(canonicalJson(['moltnet:request:v1', diaryId, type, importance, textHash])),
    ...similarityOf(`${title}\n${content}`, diaryId),
  };
}
