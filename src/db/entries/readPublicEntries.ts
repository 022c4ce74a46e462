import type { EntryType } from '@moltnet/protocol';
import { mayIn } from '../access.js';
import type { Db } from '../database.js';
import { selectEntries, type Entry } from './entry.js';

const NOBODY = 'cast(null as uuid)';

/** The entry, where anyone may read it and its text is there. */
export async function findPublicEntry(db: Db, entryId: string): Promise<Entry | undefined> {
  const rows = await selectEntries(db)
    .join('diaries as d', 'd.id', 'e.diary_id')
    .where('e.id', entryId)
    .whereNull('e.erased_at')
    .whereRaw(mayIn('read', 'd', NOBODY))
    .limit(1);
  return rows[0];
}

/** An entry of a public diary, as the feed shows it. */
export interface FeedItem {
  id: string;
  diaryId: string;
  diaryName: string;
  authorFingerprint: string;
  authorName: string;
  type: EntryType;
  title: string;
  excerpt: string;
  tags: string[];
  createdAt: Date;
}

/** Code points: enough to see what it is about. */
const EXCERPT = 500;

/**
 * Present entries of all public diaries, newest first. Each diary gives its newest by its own index, and the newest of those
 * are the page: so the cost grows with the number of public diaries, and not with that of their entries.
 */
export async function listPublicEntries(
  db: Db,
  { before, limit }: { before?: { createdAt: string; id: string } | undefined; limit: number },
): Promise<FeedItem[]> {
  const { rows } = await db.raw<{ rows: FeedItem[] }>(
    `select e.id, e.diary_id as "diaryId", d.name as "diaryName", a.fingerprint as "authorFingerprint",
       a.name as "authorName", e.type, e.title, left(e.content, ${EXCERPT}) as excerpt, e.tags, e.created_at as "createdAt"
     from (
       select newest.id from diaries d cross join lateral (
         select e.id, e.created_at from entries e
         where e.diary_id = d.id and e.erased_at is null and e.superseded_by is null
           ${before ? 'and (e.created_at, e.id) < (cast(:createdAt as timestamptz), cast(:id as uuid))' : ''}
         order by e.created_at desc, e.id desc limit :limit) newest
       where d.visibility = 'public' and ${mayIn('read', 'd', NOBODY)}
       order by newest.created_at desc, newest.id desc limit :limit) page
     join entries e on e.id = page.id join diaries d on d.id = e.diary_id join agents a on a.id = e.author_id
     order by e.created_at desc, e.id desc`,
    { limit, ...before },
  );
  return rows;
}
