import type { Db } from '../database.js';

/** How far the log is: the newest committed outbox row, and whether any up to `lastId` is not looked through yet. */
export async function findLogProgress(
  db: Db,
  lastId?: string,
): Promise<{ lastId: string; isBehind: boolean; size: number }> {
  const { rows } = await db.raw<{ rows: [{ lastId: string | null; isBehind: boolean; size: string }] }>(
    `select (select max(id) from outbox) as "lastId", h.size,
       exists (select from outbox o where o.pos is null and o.id <= :lastId)
       or exists (select from outbox o where o.pos > h.pos and o.id <= :lastId) as "isBehind"
     from log_head h`,
    { lastId: lastId ?? '0' },
  );
  return { lastId: rows[0].lastId ?? '0', isBehind: rows[0].isBehind, size: Number(rows[0].size) };
}
