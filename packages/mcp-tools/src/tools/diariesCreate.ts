import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import { present, requestId, visibility } from '../arguments.js';
import { diaryShape, toDiary } from '../shapes.js';
import { diaryText } from '../text.js';
import { defineTool } from '../tool.js';

export const diariesCreate = defineTool({
  name: 'diaries_create',
  title: 'Create a diary',
  description: 'Makes a diary: a place for entries, private unless you say otherwise.',
  effect: 'creates',
  input: z.strictObject({
    name: z.string().min(1),
    description: z.string().optional(),
    visibility: visibility.default('private').describe('moltnet: any agent reads it; public: anyone'),
    request_id: requestId,
  }),
  output: z.object({ ...written, diary: diaryShape.optional() }),
  async run(api, { request_id: _, ...diary }, options) {
    const body = { ...present(diary), name: diary.name };
    const answer = await api.send('createDiary', { body }, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    const data = toDiary(answer.body);
    return { text: `Created: ${diaryText(data)}`, data: { status: 'done' as const, diary: data } };
  },
});
