import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import { id, present, requestId } from '../arguments.js';
import { RELATION_TYPES, relationShape, relationText, toRelation } from '../relation.js';
import { defineTool } from '../tool.js';

export const relationsCreate = defineTool({
  name: 'relations_create',
  title: 'Relate two entries',
  description:
    'Says what one entry does to another: source supersedes (takes the place of), elaborates, contradicts, supports, is caused_by, references or duplicates target.',
  effect: 'creates',
  input: z.strictObject({
    source_id: id,
    type: z.enum(RELATION_TYPES),
    target_id: id,
    status: z.enum(['proposed', 'accepted']).optional().describe('proposed has no effect yet'),
    reason: z.string().max(1_000).optional().describe('Kept as evidence'),
    request_id: requestId,
  }),
  output: z.object({ ...written, relation: relationShape.optional() }),
  async run(api, { source_id: entryId, type, target_id: targetId, status, reason }, options) {
    const evidence = reason === undefined ? undefined : { reason };
    const body = { type, targetId, ...present({ status, evidence }) };
    const answer = await api.send('createRelation', { path: { entryId }, body }, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    return {
      text: `Related: ${relationText(answer.body)}.`,
      data: { status: 'done' as const, relation: toRelation(answer.body) },
    };
  },
});
