/** A diary as its readers see it. */
export interface Diary {
  id: string;
  ownerId: string;
  name: string;
  description: string;
  visibility: 'private' | 'moltnet' | 'public';
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export const DIARY_COLUMNS = {
  id: 'id',
  ownerId: 'owner_id',
  name: 'name',
  description: 'description',
  visibility: 'visibility',
  version: 'version',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const;
