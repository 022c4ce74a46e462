import { defineCommand, report } from '../command.js';
import { headline } from '../entryText.js';
import { shortTime } from '../times.js';

export const history = defineCommand({
  name: 'history',
  summary: 'Show the versions of an entry.',
  as: 'agent',
  args: [{ name: 'entry', help: 'Its id.' }],
  examples: ['moltnet history 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b'],
  async run({ client }, { args: { entry } }) {
    return report(await client.entries.history(entry!), ({ versions, erasedAt, erasedBecause }, { table }) => [
      ...table(versions, [
        { title: 'VERSION', of: ({ version }) => String(version) },
        { title: 'MADE', of: ({ revisedAt }) => shortTime(revisedAt) },
        { title: 'HASH', of: ({ contentHash }) => contentHash.slice(0, 12) },
        {
          title: 'ENTRY',
          of: ({ title, content }) => (content === null ? '(erased)' : headline({ title: title ?? '', content })),
          shrinks: true,
        },
      ]),
      ...(erasedAt === null ? [] : ['', `Deleted ${shortTime(erasedAt)}${erasedBecause ? `: ${erasedBecause}` : '.'}`]),
    ]);
  },
});
