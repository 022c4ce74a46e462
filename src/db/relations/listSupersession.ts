import type { Db } from '../database.js';

const LIMIT = 1_000;

/** The entry's place among those that supersede each other, both ways; within one diary, so that who reads one reads all. */
export async function listSupersession(
  db: Db,
  entryId: string,
): Promise<{ supersedes: string[]; supersededBy: string[] }> {
  const { rows } = await db.raw<{ rows: { id: string; way: 'up' | 'down' }[] }>(
    `with recursive up as (
       select superseded_by as id, 1 as depth from entries where id = :entryId and superseded_by is not null
       union all
       select e.superseded_by, depth + 1 from entries e join up on up.id = e.id
       where e.superseded_by is not null and depth < ${LIMIT}
     ), down as (
       select e.id, e.created_at, 1 as depth from entries e where e.superseded_by = :entryId
       union all
       select e.id, e.created_at, depth + 1 from entries e join down on e.superseded_by = down.id where depth < ${LIMIT}
     )
     select id, way from (
       select id, 'up' as way, depth, null::timestamptz as created_at from up
       union all select id, 'down', depth, created_at from down
     ) chain order by depth, created_at desc, id limit ${LIMIT}`,
    { entryId },
  );
  const of = (way: 'up' | 'down') => rows.filter((row) => row.way === way).map(({ id }) => id);
  return { supersedes: of('down'), supersededBy: of('up') };
}
