import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import { id, present } from '../arguments.js';
import { defineTool } from '../tool.js';

export const entriesDelete = defineTool({
  name: 'entries_delete',
  title: 'Delete an entry',
  description: 'Erases an entry and its versions for good; only its hash stays.',
  effect: 'deletes',
  input: z.strictObject({
    entry_id: id,
    version: z.int().min(1).optional().describe('Delete only if it is still this one'),
    reason: z.string().optional().describe('Kept'),
  }),
  output: z.object(written),
  async run(api, { entry_id, version, ...query }, options) {
    const headers = { 'If-Match': version === undefined ? '*' : `"${version}"` };
    const input = { path: { entryId: entry_id }, query: present(query), headers };
    const answer = await api.send('deleteEntry', input, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    return { text: `Deleted: entry ${entry_id}.`, data: { status: 'done' as const } };
  },
});
