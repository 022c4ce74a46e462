import { mayIn } from '../access.js';
import type { Db } from '../database.js';

/** Whether the agent may consolidate the diary now; the clock (null) may in any that is not deleted. */
export async function mayConsolidate(trx: Db, diaryId: string, agentId: string | null): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select from diaries d where d.id = :diaryId
       and ${agentId === null ? 'd.deleted_at is null' : mayIn('consolidate', 'd', 'cast(:agentId as uuid)')}`,
    { diaryId, ...(agentId !== null && { agentId }) },
  );
  return rows.length > 0;
}
