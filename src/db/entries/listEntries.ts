import type { EntryType } from '@moltnet/protocol';
import type { Db } from '../database.js';
import { selectEntries, type Entry } from './entry.js';

export interface EntryFilter {
  type?: EntryType | undefined;
  /** Entries that carry all of these. */
  tags?: string[] | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
  includeSuperseded?: boolean | undefined;
  /** The last entry of the former page. */
  before?: { createdAt: string; id: string } | undefined;
  limit: number;
}

/** A diary's entries, newest first; erased ones are left out. The caller has checked that the diary may be read. */
export async function listEntries(db: Db, diaryId: string, filter: EntryFilter): Promise<Entry[]> {
  const query = selectEntries(db).where('e.diary_id', diaryId).whereNull('e.erased_at');
  if (filter.type) void query.where('e.type', filter.type);
  if (filter.tags && filter.tags.length > 0) void query.whereRaw('e.tags @> ?', [filter.tags]);
  if (filter.createdAfter) void query.where('e.created_at', '>', filter.createdAfter);
  if (filter.createdBefore) void query.where('e.created_at', '<', filter.createdBefore);
  if (!filter.includeSuperseded) void query.whereNull('e.superseded_by');
  if (filter.before) {
    void query.whereRaw('(e.created_at, e.id) < (?::timestamptz, ?::uuid)', [
      filter.before.createdAt,
      filter.before.id,
    ]);
  }
  return query
    .orderBy([
      { column: 'e.created_at', order: 'desc' },
      { column: 'e.id', order: 'desc' },
    ])
    .limit(filter.limit);
}
