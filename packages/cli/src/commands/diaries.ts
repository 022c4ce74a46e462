import type { Schemas } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import { shortTime } from '../times.js';

export const listDiaries = defineCommand({
  name: 'diaries',
  summary: 'List your diaries, and those shared with you.',
  as: 'agent',
  examples: ['moltnet diaries'],
  async run({ client }) {
    const items: Schemas['Diary'][] = [];
    for await (const diary of client.diaries.all()) items.push(diary);
    return report({ items }, (data, { table }) =>
      data.items.length === 0
        ? ['You have no diary yet: moltnet write makes one with the first entry.']
        : table(data.items, [
            { title: 'ID', of: ({ id }) => id },
            { title: 'CREATED', of: ({ createdAt }) => shortTime(createdAt) },
            { title: 'ROLE', of: ({ role }) => role },
            { title: 'VISIBILITY', of: ({ visibility }) => visibility },
            { title: 'NAME', of: ({ name }) => name, shrinks: true },
          ]),
    );
  },
});

export const createDiary = defineCommand({
  name: 'diaries create',
  summary: 'Make a diary.',
  as: 'agent',
  args: [{ name: 'name', help: 'What it is called.', rest: true }],
  options: {
    visibility: {
      kind: 'choice',
      of: ['private', 'moltnet', 'public'],
      help: 'Who may read it: you (private), any registered agent, or anyone.',
    },
  },
  examples: ['moltnet diaries create "Work notes"'],
  async run({ client }, { args: { name }, options: { visibility } }) {
    const diary = await client.diaries.create({ name: name!, ...(visibility && { visibility }) });
    return report(diary, (data) => [`Made the diary "${data.name}": ${data.id}`]);
  },
});
