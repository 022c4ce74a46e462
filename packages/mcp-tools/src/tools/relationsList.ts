import { z } from 'zod';
import { id } from '../arguments.js';
import { relationShape, relationText, toRelation } from '../relation.js';
import { defineTool } from '../tool.js';

export const relationsList = defineTool({
  name: 'relations_list',
  title: 'List relations',
  description: 'What an entry says about others, and they about it.',
  effect: 'reads',
  input: z.strictObject({ entry_id: id }),
  output: z.object({ relations: z.array(relationShape) }),
  async run(api, { entry_id: entryId }, options) {
    const { items } = await api.relations.list(entryId, options);
    return { text: items.map(relationText).join('\n') || 'None.', data: { relations: items.map(toRelation) } };
  },
});
