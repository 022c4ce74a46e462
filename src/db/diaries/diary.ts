import type { ConsolidationPolicy } from '../../rules/consolidation/run.js';
import type { Visibility } from '../../rules/permissions.js';

/** What the clock does in a diary; where nothing is said it does nothing. */
export interface DiaryPolicy {
  consolidation?: ConsolidationPolicy | undefined;
}

/** A diary as its readers see it. */
export interface Diary {
  id: string;
  ownerId: string;
  name: string;
  description: string;
  visibility: Visibility;
  policy: DiaryPolicy;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** Of a diary as `d`. */
export const DIARY_COLUMNS = {
  id: 'd.id',
  ownerId: 'd.owner_id',
  name: 'd.name',
  description: 'd.description',
  visibility: 'd.visibility',
  policy: 'd.policy',
  version: 'd.version',
  createdAt: 'd.created_at',
  updatedAt: 'd.updated_at',
} as const;
