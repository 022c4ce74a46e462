import { mayIn } from '../access.js';
import type { Db } from '../database.js';
import { selectEntries, type Entry } from './entry.js';

/** The entry, erased or not, where the agent may read its diary; what may not be read answers as what is not there. */
export async function findEntry(db: Db, agentId: string, entryId: string): Promise<Entry | undefined> {
  const rows = await selectEntries(db)
    .join('diaries as d', 'd.id', 'e.diary_id')
    .where('e.id', entryId)
    .whereRaw(mayIn('read', 'd', 'cast(:agentId as uuid)'), { agentId })
    .limit(1);
  return rows[0];
}
