import { defineCommand, report } from '../command.js';
import { ENTRY_OPTIONS, readText } from '../entryOptions.js';
import { given } from '../given.js';
import { usage } from '../parse.js';

export const edit = defineCommand({
  name: 'edit',
  summary: 'Change an entry; what is not given stays, and the former version is kept.',
  details:
    'A signed entry stays as it is: a new one, signed by you, takes its place. ' +
    'If someone else has changed it since the version that you name (or since this command read it), nothing is done.',
  as: 'agent',
  args: [
    { name: 'entry', help: 'Its id.' },
    { name: 'text', help: 'The new text; - is stdin.', optional: true, rest: true },
  ],
  options: {
    version: {
      kind: 'whole',
      value: 'n',
      help: 'The version that the change was made from; the present one, if not given.',
    },
    ...ENTRY_OPTIONS,
  },
  examples: ['moltnet edit 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b --importance 8 --version 1'],
  async run({ client, io }, { args: { entry, text }, options: { version, file, ...fields } }) {
    const content = await readText(io, { text, file });
    const changes = given({ content, ...fields });
    if (Object.keys(changes).length === 0) throw usage({ name: 'edit' }, 'There is nothing to change.');
    const from = version ?? (await client.entries.get(entry!)).version;
    return report(await client.entries.update(entry!, from, changes), (data) => [
      data.id !== entry
        ? `Signed entries stay as they are: ${data.id} is in its place now.`
        : data.version === from
          ? `${data.id} is like this already (version ${from}).`
          : `${data.id} is at version ${data.version} now.`,
    ]);
  },
});
