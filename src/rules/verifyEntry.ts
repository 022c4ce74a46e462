import { bodyCommitment, contentHash, keyId, type EntryPath, type EntryType } from '@moltnet/protocol';
import { coveringInput } from './coveringInput.js';
import { verifySignatures } from './verifySignatures.js';

/** A signed entry as it is stored, with the public key that signed it. */
export interface StoredSignature {
  id: string;
  diaryId: string;
  authorKeyId: string;
  type: EntryType;
  title: string;
  content: string;
  tags: string[];
  importance: number;
  salt: string;
  contentHash: string;
  /** The time that the header hashes. */
  revisedAt: Date;
  signature: string;
  signaturePath: EntryPath | null;
  publicKey: string;
}

/** Whether the entry hashes to what it says it does, and its author's key has signed that. */
export async function verifyEntry(entry: StoredSignature): Promise<boolean> {
  if (keyId(entry.publicKey) !== entry.authorKeyId || hashOf(entry) !== entry.contentHash) return false;
  const input = coveringInput(entry.contentHash, entry.signaturePath);
  if (input === undefined) return false;
  const [good = false] = await verifySignatures(entry.publicKey, [{ input, signature: entry.signature }]);
  return good;
}

/** Empty where a field has no place in the protocol, as only a hand in the database can bring about. */
function hashOf(entry: StoredSignature): string {
  const { id, diaryId, authorKeyId, type, importance } = entry;
  try {
    const header = { entryId: id, diaryId, authorKeyId, createdAt: entry.revisedAt.toISOString(), type, importance };
    return contentHash({ ...header, bodyCommitment: bodyCommitment(entry) });
  } catch {
    return '';
  }
}
