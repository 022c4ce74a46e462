import { z } from 'zod';
import type { Entry as EntryRow } from '../../db/entries/entry.js';
import { timestamp, uuid } from './common.js';
import { Entry, entryType, renderEntry } from './entry.js';

/** Without what tells of the service's work on it. */
export const PublicEntry = Entry.omit({ embedding: true, workflowId: true }).meta({
  id: 'PublicEntry',
  description: 'An entry of a public diary.',
});

export const PublicExcerpt = z
  .object({
    id: uuid,
    diaryId: uuid,
    diaryName: z.string(),
    authorFingerprint: z.string(),
    authorName: z.string(),
    type: entryType,
    title: z.string(),
    excerpt: z.string().meta({ description: 'The first 500 characters.' }),
    tags: z.array(z.string()),
    createdAt: timestamp,
  })
  .meta({ id: 'PublicExcerpt', description: 'The beginning of an entry of a public diary.' });

export async function renderPublicEntry(entry: EntryRow): Promise<z.input<typeof PublicEntry>> {
  const { embedding: _, workflowId: __, ...rest } = await renderEntry(entry);
  return rest;
}
