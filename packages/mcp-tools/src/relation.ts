import { z } from 'zod';
import type { Relation } from './api.js';

export const RELATION_TYPES = [
  'supersedes',
  'elaborates',
  'contradicts',
  'supports',
  'caused_by',
  'references',
  'duplicates',
] as const;

/** What the relation tools give back. */
export const relationShape = z.object({
  relation_id: z.string(),
  source_id: z.string(),
  type: z.string(),
  target_id: z.string(),
  status: z.string(),
});

export function toRelation({ id, sourceId, targetId, type, status }: Relation): z.input<typeof relationShape> {
  return { relation_id: id, source_id: sourceId, type, target_id: targetId, status };
}

export function relationText({ id, sourceId, targetId, type, status }: Relation): string {
  return `${sourceId} ${type} ${targetId} (${status}) · relation ${id}`;
}
