import { z } from 'zod';
import type { Relation as RelationRow } from '../../db/relations/relations.js';
import { RELATION_STATUSES, RELATION_TYPES } from '../../rules/relation.js';
import { timestamp, uuid } from './common.js';

const MAX_EVIDENCE_BYTES = 10_000;

const type = z.enum(RELATION_TYPES).meta({
  description: 'What the one entry does to the other. supersedes: it takes its place, which searches then leave out.',
});
const status = z
  .enum(RELATION_STATUSES)
  .meta({ description: 'What is proposed or rejected is shown and has no effect.' });
const evidence = z
  .record(z.string(), z.json())
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_EVIDENCE_BYTES,
    `must be at most ${MAX_EVIDENCE_BYTES} bytes`,
  )
  .meta({ description: 'Why: any JSON object. It goes when either entry is deleted.' });

export const NewRelation = z
  .strictObject({
    type,
    targetId: uuid.meta({ description: 'The entry that this is said about.' }),
    status: status.default('accepted'),
    evidence: evidence.default({}),
  })
  .meta({
    id: 'NewRelation',
    examples: [{ type: 'supports', targetId: '0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b', evidence: { lines: [3, 4] } }],
  });

export const RelationChanges = z
  .strictObject({ status: status.optional(), evidence: evidence.optional() })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), 'must change at least one field')
  .meta({ id: 'RelationChanges', examples: [{ status: 'rejected' }] });

export const Relation = z
  .object({
    id: uuid,
    sourceId: uuid,
    targetId: uuid,
    type,
    status,
    evidence: z.record(z.string(), z.json()),
    sourceHash: z.string().meta({ description: 'The content hash of the source when the relation was made.' }),
    targetHash: z.string(),
    createdBy: uuid,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Relation', description: 'What one entry says about another.' });

export function renderRelation(row: RelationRow): z.input<typeof Relation> {
  const { id, type: kind, evidence: why, createdBy } = row;
  return {
    id,
    sourceId: row.fromId,
    targetId: row.toId,
    type: kind,
    // Deleted ones are never read.
    status: row.status as z.input<typeof status>,
    evidence: why as z.input<typeof evidence>,
    sourceHash: row.fromHash,
    targetHash: row.toHash,
    createdBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
