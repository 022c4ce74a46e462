import { z } from 'zod';
import { id, present } from '../arguments.js';
import { defineTool } from '../tool.js';

export const diaryTags = defineTool({
  name: 'diary_tags',
  title: "List a diary's tags",
  description: 'The tags in use in a diary, most used first. Reuse them, so that entries are found together.',
  effect: 'reads',
  input: z.strictObject({
    diary_id: id,
    prefix: z.string().optional(),
    limit: z.int().min(1).max(1000).default(50),
  }),
  output: z.object({ tags: z.array(z.object({ tag: z.string(), count: z.int() })) }),
  async run(api, { diary_id, ...query }, options) {
    const { items } = await api.diaries.tags(diary_id, present(query), options);
    const text = items.map(({ tag, count }) => `#${tag} (${count})`).join(' ') || 'No tags are in use.';
    return { text, data: { tags: items } };
  },
});
