import { tilePath, type Tile } from '@moltnet/protocol';
import { AppError } from '../../errors.js';
import type { Db } from '../database.js';

/**
 * The hashes of tiles, in the order asked for, in one statement. Full tiles are stored; of the others, one at each level,
 * the hashes are the leaves', or the roots of the tiles below. Throws LogDamaged for what the log should have and has not.
 */
export async function readTiles(db: Db, tiles: readonly Tile[]): Promise<Buffer[]> {
  const { rows } = await db.raw<{ rows: { hashes: Buffer | null }[] }>(
    `select case
       when t.width = 256 then (select f.hashes from log_tiles f where f.level = t.level and f.tile = t.tile)
       when t.level = 0 then (select string_agg(l.leaf_hash, ''::bytea order by l.leaf_index) from log_leaves l
         where l.leaf_index >= t.tile * 256 and l.leaf_index < t.tile * 256 + t.width)
       else (select string_agg(b.root, ''::bytea order by b.tile) from log_tiles b
         where b.level = t.level - 1 and b.tile >= t.tile * 256 and b.tile < t.tile * 256 + t.width)
       end as hashes
     from unnest(:levels::int[], :tiles::bigint[], :widths::int[]) with ordinality as t (level, tile, width, number)
     order by t.number`,
    {
      levels: tiles.map(({ level }) => level),
      tiles: tiles.map(({ index }) => index),
      widths: tiles.map(({ width }) => width),
    },
  );
  return rows.map(({ hashes }, i) => {
    const tile = tiles[i] as Tile;
    if (hashes?.length === tile.width * 32) return hashes;
    throw new AppError('LogDamaged', `The log has lost hashes of ${tilePath(tile)}: rows were deleted.`);
  });
}
