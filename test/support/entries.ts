import { createHash, randomUUID } from 'node:crypto';
import type { Db } from '../../src/db/database.js';
import type { Entry } from '../../src/db/entries/entry.js';

export interface TestDiary {
  id: string;
  ownerId: string;
  keyId: string;
}

/** A diary of an agent of its own, straight into the tables. */
export async function insertDiary(db: Db): Promise<TestDiary> {
  const [ownerId, id] = [randomUUID(), randomUUID()];
  const keyId = hashOf(ownerId);
  const fingerprint = keyId.slice(0, 16).toUpperCase().match(/.{4}/g)?.join('-');
  await db('agents').insert({ id: ownerId, key_id: keyId, fingerprint });
  const publicKey = `ed25519:${Buffer.from(keyId, 'hex').toString('base64')}`;
  await db('agent_keys').insert({ key_id: keyId, agent_id: ownerId, epoch: 1, public_key: publicKey });
  await db('diaries').insert({ id, owner_id: ownerId, name: 'notes', request_hash: '', created_at: new Date() });
  return { id, ownerId, keyId };
}

export type EntryParts = Partial<
  Pick<Entry, 'id' | 'type' | 'title' | 'content' | 'tags' | 'importance' | 'createdAt'>
>;

/** Entries straight into their table, as the write path's statement stores them; answers their ids. */
export async function insertEntries(db: Db, diary: TestDiary, entries: EntryParts[]): Promise<string[]> {
  const rows = entries.map((parts) => {
    const id = parts.id ?? randomUUID();
    const [hash, createdAt] = [hashOf(id), parts.createdAt ?? new Date()];
    return {
      id,
      type: parts.type ?? 'episodic',
      title: parts.title ?? '',
      content: parts.content ?? 'nothing',
      tags: parts.tags ?? [],
      importance: parts.importance ?? 5,
      diary_id: diary.id,
      author_id: diary.ownerId,
      author_key_id: diary.keyId,
      salt: hash,
      content_hash: hash,
      text_hash: hash,
      request_hash: hash,
      created_at: createdAt,
      revised_at: createdAt,
      run_id: 'test',
      verdict: 'new',
    };
  });
  for (let at = 0; at < rows.length; at += 500) await db('entries').insert(rows.slice(at, at + 500));
  return rows.map(({ id }) => id);
}

export async function insertVectors(
  db: Db,
  diary: TestDiary,
  modelId: number,
  vectors: { entryId: string; vector: Float32Array }[],
): Promise<void> {
  const rows = vectors.map(({ entryId, vector }) => ({
    model_id: modelId,
    entry_id: entryId,
    diary_id: diary.id,
    text_hash: hashOf(entryId),
    embedding: `[${vector.join(',')}]`,
  }));
  for (let at = 0; at < rows.length; at += 500) await db('entry_embeddings').insert(rows.slice(at, at + 500));
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
