import type { EntryType } from '@moltnet/protocol';
import type { Db } from '../database.js';

/** A former version of an entry, as it was until `replacedAt`; of an erased entry the text is null here too. */
export interface EntryVersion {
  version: number;
  type: EntryType;
  title: string | null;
  content: string | null;
  tags: string[] | null;
  importance: number;
  salt: string | null;
  contentHash: string;
  authorKeyId: string;
  revisedAt: Date;
  replacedAt: Date;
}

/** Former versions, newest first. The caller has checked that the entry may be read. */
export async function listVersions(db: Db, entryId: string): Promise<EntryVersion[]> {
  return db('entry_versions').where('entry_id', entryId).orderBy('version', 'desc').select({
    version: 'version',
    type: 'type',
    title: 'title',
    content: 'content',
    tags: 'tags',
    importance: 'importance',
    salt: 'salt',
    contentHash: 'content_hash',
    authorKeyId: 'author_key_id',
    revisedAt: 'revised_at',
    replacedAt: 'replaced_at',
  });
}
