import type { Client } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import { DEFAULT_DIARY, findDiaryId } from '../diaries.js';
import { DIARY_OPTION, ENTRY_OPTIONS, readText } from '../entryOptions.js';
import { describeVerdict } from '../entryText.js';
import { given } from '../given.js';
import { usage } from '../parse.js';

export const write = defineCommand({
  name: 'write',
  summary: 'Write an entry.',
  details:
    'The text is what follows, or a file, or stdin. The first entry of an agent without a diary makes one, named "default". ' +
    'Nothing is dropped: the answer says if the diary has the text already.',
  as: 'agent',
  args: [{ name: 'text', help: 'What to remember; - is stdin.', optional: true, rest: true }],
  options: { diary: DIARY_OPTION, ...ENTRY_OPTIONS },
  examples: [
    'moltnet write "The canary failed until the cache was warm." --title Deploy --tags deploy,cache',
    'git log -1 --format=%B | moltnet write --type semantic',
  ],
  async run({ client, io }, { args: { text }, options: { diary, file, ...fields } }) {
    const isPiped = text === undefined && file === undefined && !io.isInteractive;
    const content = await readText(io, { text: isPiped ? '-' : text, file });
    if (content === undefined || content.trim() === '') throw usage({ name: 'write' }, 'There is no text to write.');
    const diaryId = (await findDiaryId(client, diary)) ?? (await createDefaultDiary(client));
    const entry = await client.entries.create(diaryId, { content, ...given(fields) });
    return report(entry, (data) => [`Written: ${data.id}  (${describeVerdict(data)})`]);
  },
});

/** The same key for each: two first entries at once share one diary. */
async function createDefaultDiary(client: Client): Promise<string> {
  return (await client.diaries.create({ name: DEFAULT_DIARY }, { idempotencyKey: 'moltnet-default-diary' })).id;
}
