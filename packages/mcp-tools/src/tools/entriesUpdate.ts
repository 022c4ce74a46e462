import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import { entryType, id, importance, present, tags } from '../arguments.js';
import { fullEntryShape, toFullEntry } from '../shapes.js';
import { defineTool } from '../tool.js';

export const entriesUpdate = defineTool({
  name: 'entries_update',
  title: 'Edit an entry',
  description: 'Replaces the fields that you give; the former version is kept. Refused if the entry changed meanwhile.',
  effect: 'changes',
  input: z.strictObject({
    entry_id: id,
    version: z.int().min(1).describe('The one you read'),
    content: z.string().min(1).optional(),
    title: z.string().optional(),
    type: entryType.optional(),
    tags: tags.optional(),
    importance: importance.optional(),
  }),
  output: z.object({ ...written, entry: fullEntryShape.optional() }),
  async run(api, { entry_id, version, ...changes }, options) {
    const input = { path: { entryId: entry_id }, headers: { 'If-Match': `"${version}"` }, body: present(changes) };
    const answer = await api.send('updateEntry', input, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    const entry = toFullEntry(answer.body);
    return {
      text:
        entry.id === entry_id
          ? `Edited: entry ${entry_id} is at version ${entry.version}.`
          : `Edited: signed entries stay as they are, so entry ${entry.id} has taken the place of ${entry_id}.`,
      data: { status: 'done' as const, entry },
    };
  },
});
