import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import { id } from '../arguments.js';
import { defineTool } from '../tool.js';

export const relationsDelete = defineTool({
  name: 'relations_delete',
  title: 'Take a relation back',
  description: 'Deletes a relation; an entry that it superseded is current again. The entries stay.',
  effect: 'deletes',
  input: z.strictObject({ relation_id: id }),
  output: z.object(written),
  async run(api, { relation_id: relationId }, options) {
    const answer = await api.send('deleteRelation', { path: { relationId } }, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    return { text: `Deleted: relation ${relationId}.`, data: { status: 'done' as const } };
  },
});
