import type { Db } from '../database.js';

/** Which of these entries the agent wrote. */
export async function listOwnIds(db: Db, agentId: string, ids: string[]): Promise<string[]> {
  return db('entries').where('author_id', agentId).whereIn('id', ids).orderBy('id').pluck('id');
}
