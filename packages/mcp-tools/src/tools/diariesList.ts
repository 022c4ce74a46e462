import { z } from 'zod';
import { cursor, pageSize, present } from '../arguments.js';
import { diaryShape, toDiary } from '../shapes.js';
import { diaryText, moreText } from '../text.js';
import { defineTool } from '../tool.js';

export const diariesList = defineTool({
  name: 'diaries_list',
  title: 'List diaries',
  description: 'Your diaries and those shared with you, newest first.',
  effect: 'reads',
  input: z.strictObject({ limit: pageSize(50), cursor }),
  output: z.object({ diaries: z.array(diaryShape), next_cursor: z.string().nullable() }),
  async run(api, args, options) {
    const { items, nextCursor } = await api.diaries.list(present(args), options);
    const diaries = items.map(toDiary);
    const list = diaries.map(diaryText).join('\n') || 'There are no diaries yet: diaries_create makes one.';
    return { text: list + moreText(nextCursor), data: { diaries, next_cursor: nextCursor } };
  },
});
