import type { Db } from '../database.js';

/** How often each tag is used in a diary's present entries, most used first, then by name. */
export async function countTags(
  db: Db,
  diaryId: string,
  { prefix = '', limit }: { prefix?: string | undefined; limit: number },
): Promise<{ tag: string; count: number }[]> {
  const { rows } = await db.raw<{ rows: { tag: string; count: number }[] }>(
    `select tag, count(*)::int as count
     from entries e, unnest(e.tags) as tag
     where e.diary_id = ? and e.erased_at is null and starts_with(tag, ?)
     group by tag order by count(*) desc, tag limit ?`,
    [diaryId, prefix, limit],
  );
  return rows;
}
