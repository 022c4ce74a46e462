import { z } from 'zod';
import type { ReadableDiary } from '../../db/diaries/readDiaries.js';
import { GRANTED_ROLES, ROLES } from '../../rules/permissions.js';
import { DEFAULT_LIMITS } from '../../rules/consolidation/run.js';
import { text, timestamp, uuid } from './common.js';

const fields = {
  name: text({ min: 1, max: 100 }).meta({ examples: ['Work notes'] }),
  description: text({ max: 1_000 }),
  visibility: z.enum(['private', 'moltnet', 'public']).meta({
    description: 'Who may read it: its owner and those it is shared with, any registered agent, or anyone.',
  }),
};

export const followerRole = z.enum([...GRANTED_ROLES, 'owner']);

const limit = (defaults: number, { min = 1, max }: { min?: number; max: number }) =>
  z.number().int().min(min).max(max).default(defaults);

const consolidationPolicy = z
  .strictObject({
    enabled: z.boolean().meta({ description: 'Whether the clock consolidates the diary.' }),
    minNew: limit(50, { max: 2_000 }).meta({ description: 'New episodic entries from which it is due.' }),
    maxAgeHours: limit(24, { max: 8_760 }).meta({ description: 'With fewer it is due once the oldest is this old.' }),
    window: limit(DEFAULT_LIMITS.window, { max: 2_000 }),
    minSize: limit(DEFAULT_LIMITS.minSize, { min: 2, max: 25 }),
    maxSize: limit(DEFAULT_LIMITS.maxSize, { min: 2, max: 100 }),
    pinnedTags: z
      .array(text({ min: 1, max: 128 }))
      .max(20)
      .default(DEFAULT_LIMITS.pinnedTags),
  })
  .refine(({ minSize, maxSize }) => minSize <= maxSize, { path: ['maxSize'], message: 'must not be below minSize' })
  .meta({ id: 'ConsolidationPolicy', examples: [{ enabled: true }] });

const policy = z
  .strictObject({ consolidation: consolidationPolicy.optional() })
  .meta({ id: 'DiaryPolicy', description: 'What the clock does in the diary; where nothing is said it does nothing.' });

export const Diary = z
  .object({
    id: uuid,
    ownerId: uuid,
    ...fields,
    role: z.enum(ROLES).meta({
      description:
        'What you are in it. reader: reads; writer: also writes, and changes its own entries; manager: also changes those of others, and shares; visitor: may read because of the visibility.',
    }),
    policy,
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
    policy: policy.optional(),
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
