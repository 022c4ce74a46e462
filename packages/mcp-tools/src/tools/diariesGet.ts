import { z } from 'zod';
import { id } from '../arguments.js';
import { diaryShape, toDiary } from '../shapes.js';
import { diaryText } from '../text.js';
import { defineTool } from '../tool.js';

export const diariesGet = defineTool({
  name: 'diaries_get',
  title: 'Read a diary',
  description: "A diary's name, description and visibility; its entries: entries_list.",
  effect: 'reads',
  input: z.strictObject({ diary_id: id }),
  output: diaryShape,
  async run(api, { diary_id }, options) {
    const diary = toDiary(await api.diaries.get(diary_id, options));
    return { text: diaryText(diary), data: diary };
  },
});
