import { defineCommand, report } from '../command.js';
import { readText } from '../entryOptions.js';
import { usage } from '../parse.js';

export const sign = defineCommand({
  name: 'sign',
  summary: 'Sign entries that you wrote without a signature, or a message.',
  details:
    'One signature covers all the entries given. What is signed is computed here from what each entry says, with the key of your ' +
    'credentials, which does not leave this machine.',
  as: 'agent',
  args: [{ name: 'entries', help: 'Ids, separated by blanks.', optional: true, rest: true }],
  options: {
    message: { kind: 'text', value: 'text', help: 'A message instead of entries; - is stdin.' },
  },
  examples: [
    'moltnet sign 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b',
    'moltnet sign --message "I wrote the release notes."',
  ],
  async run({ client, io }, { args: { entries }, options: { message } }) {
    if ((entries === undefined) === (message === undefined)) {
      throw usage({ name: 'sign' }, 'Give either entries or --message.');
    }
    if (entries !== undefined) {
      return report(await client.signing.signEntries(entries.split(/\s+/).filter(Boolean)), (data) => [
        `Signed ${data.entryIds.length} ${data.entryIds.length === 1 ? 'entry' : 'entries'} with key ${data.keyId}.`,
        data.signature ?? '',
      ]);
    }
    const text = (await readText(io, { text: message, file: undefined })) ?? '';
    return report(await client.signing.signMessage(text), (data) => [
      `Signed with key ${data.keyId}, nonce ${data.nonce}.`,
      data.signature ?? '',
    ]);
  },
});
