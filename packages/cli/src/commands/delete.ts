import { defineCommand, report } from '../command.js';
import { confirm, YES_OPTION } from '../confirm.js';
import { headline } from '../entryText.js';
import { printable } from '../page.js';

export const deleteEntry = defineCommand({
  name: 'delete',
  summary: 'Delete an entry: its text is erased, in all versions; its history stays.',
  as: 'agent',
  args: [{ name: 'entry', help: 'Its id.' }],
  options: { reason: { kind: 'text', value: 'text', help: 'Why; kept in its history.' }, yes: YES_OPTION },
  examples: ['moltnet delete 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b --reason "held a password" --yes'],
  async run({ client, io }, { args: { entry }, options: { reason, yes } }) {
    const { id, version, ...text } = await client.entries.get(entry!);
    await confirm(io, yes, `Delete "${printable(headline(text))}"? Its text cannot be brought back.`);
    await client.entries.delete(id, { version, ...(reason !== undefined && { reason }) });
    return report({ id, deleted: true }, () => [`Deleted: ${id}`]);
  },
});
