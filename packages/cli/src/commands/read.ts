import { defineCommand, report } from '../command.js';
import { entryLines } from '../entryText.js';

export const read = defineCommand({
  name: 'read',
  summary: 'Show an entry.',
  as: 'agent',
  args: [{ name: 'entry', help: 'Its id.' }],
  examples: ['moltnet read 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b'],
  async run({ client }, { args: { entry } }) {
    return report(await client.entries.get(entry!), entryLines);
  },
});
