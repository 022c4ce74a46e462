export const RELATION_TYPES = [
  'supersedes',
  'elaborates',
  'contradicts',
  'supports',
  'caused_by',
  'references',
  'duplicates',
] as const;
export type RelationType = (typeof RELATION_TYPES)[number];

/** A proposed or rejected relation is shown and has no effect; a deleted one is kept so that deleting twice deletes once. */
export const RELATION_STATUSES = ['proposed', 'accepted', 'rejected'] as const;
export type RelationStatus = (typeof RELATION_STATUSES)[number];

/** A relation as a door hands it on: complete, so that storing it twice stores one. `fromId` says it about `toId`. */
export interface NewRelation {
  id: string;
  agentId: string;
  fromId: string;
  toId: string;
  type: RelationType;
  status: RelationStatus;
  evidence: Record<string, unknown>;
  requestHash: string;
  createdAt: string;
}
