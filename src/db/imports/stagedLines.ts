import type { Db } from '../database.js';

/** Lines of a bundle that nobody came back for live no longer than this: they are somebody's texts. */
const MAX_AGE = "interval '1 day'";

export interface StagedLine {
  /** From 1. */
  number: number;
  /** The entry that the line is about. */
  entryId: string | null;
  line: string;
}

export interface ImportTarget {
  importId: string;
  diaryId: string;
  agentId: string;
}

/**
 * Keeps lines until the run that checks them, and answers how many there are; a line that is there already stays.
 * Undefined where the import's id belongs to another agent or diary.
 */
export function stageLines(db: Db, target: ImportTarget, lines: StagedLine[]): Promise<number | undefined> {
  return db.transaction(async (trx) => {
    await trx.raw(`delete from imports where created_at < now() - ${MAX_AGE}`);
    const { importId: id, diaryId: diary_id, agentId: agent_id } = target;
    await trx('imports').insert({ id, diary_id, agent_id }).onConflict('id').ignore();
    if (!(await trx('imports').where({ id, diary_id, agent_id }).first('id'))) return undefined;
    await trx.raw(
      `insert into import_lines (import_id, number, entry_id, line)
       select :id, number, "entryId", line from jsonb_to_recordset(:lines::jsonb) as l (number int, "entryId" uuid, line text)
       on conflict do nothing`,
      { id, lines: JSON.stringify(lines) },
    );
    const { rows } = await trx.raw<{ rows: [{ count: string }] }>(
      'select count(*) as count from import_lines where import_id = ?',
      [id],
    );
    return Number(rows[0].count);
  });
}

/** The next lines after a number, in order. */
export async function readStagedLines(
  db: Db,
  importId: string,
  { after, limit }: { after: number; limit: number },
): Promise<{ number: number; line: string }[]> {
  return db('import_lines')
    .where('import_id', importId)
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .select<{ number: number; line: string }[]>('number', 'line');
}

/**
 * All lines about the next `limit` entries whose first line stands after `after`, by entry in the order of the bundle, and
 * where to go on; empty at the end.
 */
export async function readStagedEntries(
  db: Db,
  importId: string,
  { after, limit }: { after: number; limit: number },
): Promise<{ entryId: string; first: number; lines: string[] }[]> {
  const { rows } = await db.raw<{ rows: { entryId: string; first: number; lines: string[] }[] }>(
    `with chosen as (
       select entry_id, min(number) as first from import_lines where import_id = :importId and entry_id is not null
       group by entry_id having min(number) > :after order by 2 limit :limit
     )
     select c.entry_id as "entryId", c.first, array_agg(l.line order by l.number) as lines
     from chosen c join import_lines l on l.import_id = :importId and l.entry_id = c.entry_id
     group by c.entry_id, c.first order by c.first`,
    { importId, after, limit },
  );
  return rows;
}

/** Lets go of an import's lines. */
export async function forgetImport(db: Db, importId: string): Promise<void> {
  await db('imports').where('id', importId).delete();
}
