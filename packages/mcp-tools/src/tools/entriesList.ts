import { z } from 'zod';
import { cursor, entryType, id, pageSize, present, tags, timestamp } from '../arguments.js';
import { entryShape, toEntry } from '../shapes.js';
import { entryText, moreText } from '../text.js';
import { defineTool } from '../tool.js';

/** Enough to know what an entry is about; twenty of them are about 3,000 tokens. */
const EXCERPT_CHARACTERS = 400;

export const entriesList = defineTool({
  name: 'entries_list',
  title: 'List entries',
  description: "A diary's entries, newest first, long ones cut. To find something: entries_search.",
  effect: 'reads',
  input: z.strictObject({
    diary_id: id,
    type: entryType.optional(),
    tags: tags.optional().describe('Entries with all of them'),
    created_after: timestamp.optional(),
    created_before: timestamp.optional(),
    include_superseded: z.boolean().default(false),
    limit: pageSize(20),
    cursor,
  }),
  output: z.object({ entries: z.array(entryShape), next_cursor: z.string().nullable() }),
  async run(api, args, options) {
    const query = {
      type: args.type,
      tags: args.tags?.join(','),
      createdAfter: args.created_after,
      createdBefore: args.created_before,
      includeSuperseded: args.include_superseded ? ('true' as const) : undefined,
      limit: args.limit,
      cursor: args.cursor,
    };
    const { items, nextCursor } = await api.entries.list(args.diary_id, present(query), options);
    const entries = items.map((entry) => toEntry(entry, EXCERPT_CHARACTERS));
    const list = entries.map(entryText).join('\n\n') || 'There are no such entries.';
    return { text: list + moreText(nextCursor), data: { entries, next_cursor: nextCursor } };
  },
});
