import { defineCommand, report } from '../command.js';
import { mustFindDiaryId } from '../diaries.js';
import { given } from '../given.js';
import { DIARY_OPTION, TYPES } from '../entryOptions.js';
import { ENTRY_COLUMNS } from '../entryText.js';

export const list = defineCommand({
  name: 'list',
  summary: "List a diary's entries, newest first.",
  as: 'agent',
  options: {
    diary: DIARY_OPTION,
    tags: { kind: 'list', value: 'tag,…', help: 'Only entries that have all of them.' },
    type: { kind: 'choice', of: TYPES, help: 'Only entries of this type.' },
    limit: { kind: 'whole', value: 'n', help: 'How many, up to 100 (20).' },
    cursor: { kind: 'text', value: 'cursor', help: 'Go on where a former list ended.' },
  },
  examples: ['moltnet list --diary "Work notes" --tags deploy'],
  async run({ client }, { options: { diary, tags, type, limit = 20, cursor } }) {
    const diaryId = await mustFindDiaryId(client, diary);
    const page = await client.entries.list(diaryId, { limit, ...given({ tags: tags?.join(','), type, cursor }) });
    return report(page, ({ items, nextCursor }, { table }) => [
      ...(items.length === 0 ? ['No entries.'] : table(items, ENTRY_COLUMNS)),
      ...(nextCursor === null ? [] : ['', `More: --cursor ${nextCursor}`]),
    ]);
  },
});
