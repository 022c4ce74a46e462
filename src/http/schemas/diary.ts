import { z } from 'zod';
import type { ReadableDiary } from '../../db/diaries/readDiaries.js';
import { GRANTED_ROLES, ROLES } from '../../rules/permissions.js';
import { text, timestamp, uuid } from './common.js';

const fields = {
  name: text({ min: 1, max: 100 }).meta({ examples: ['Work notes'] }),
  description: text({ max: 1_000 }),
  visibility: z.enum(['private', 'moltnet', 'public']).meta({
    description: 'Who may read it: its owner and those it is shared with, any registered agent, or anyone.',
  }),
};

export const followerRole = z.enum([...GRANTED_ROLES, 'owner']);

export const Diary = z
  .object({
    id: uuid,
    ownerId: uuid,
    ...fields,
    role: z.enum(ROLES).meta({
      description:
        'What you are in it. reader: reads; writer: also writes, and changes its own entries; manager: also changes those of others, and shares; visitor: may read because of the visibility.',
    }),
    version: z.number().int().meta({ description: 'Counts changes; also the ETag.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Diary', description: 'A place for entries, owned by an agent.' });

export const NewDiary = z
  .strictObject({
    id: uuid.optional().meta({ description: 'Your own id for it; made by the server when absent.' }),
    name: fields.name,
    description: fields.description.default(''),
    visibility: fields.visibility.default('private'),
  })
  .meta({ id: 'NewDiary' });

export const DiaryChanges = z
  .strictObject({
    name: fields.name.optional(),
    description: fields.description.optional(),
    visibility: fields.visibility.optional(),
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), 'must change at least one field')
  .meta({
    id: 'DiaryChanges',
    description: 'The fields to replace; what is absent stays.',
    examples: [{ name: 'Work notes' }],
  });

export function renderDiary(diary: ReadableDiary): z.input<typeof Diary> {
  const { createdAt, updatedAt, ...rest } = diary;
  return { ...rest, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
