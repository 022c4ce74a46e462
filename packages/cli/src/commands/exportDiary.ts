import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineCommand, report } from '../command.js';
import { mustFindDiaryId } from '../diaries.js';

export const exportDiary = defineCommand({
  name: 'export',
  summary: 'Write a diary into a bundle that proves itself.',
  details:
    'The bundle has every entry with all versions, keys, signatures and proofs; moltnet verify checks it without a network, ' +
    'and moltnet import restores it elsewhere. The file appears when it is whole.',
  as: 'agent',
  args: [{ name: 'file', help: 'Where to write it.' }],
  options: {
    diary: { kind: 'text', value: 'diary', help: 'Its id or name; by default yours, or the one named "default".' },
    since: {
      kind: 'whole',
      value: 'size',
      help: 'A size of the log that you know: shows that it continues that tree.',
    },
  },
  examples: ['moltnet export diary.jsonl', 'moltnet export work.jsonl --diary "Work notes"'],
  async run({ client, io }, { args: { file }, options: { diary, since } }) {
    const diaryId = await mustFindDiaryId(client, diary);
    const path = resolve(io.cwd, file!);
    const bytes = await writeWhole(path, client.exportDiary(diaryId, { since }));
    return report({ diaryId, file: path, bytes }, (data) => [`${data.bytes} bytes in ${data.file}`]);
  },
});

/** Half a bundle never stands under the file's name. */
async function writeWhole(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const partial = `${path}.part`;
  const file = await open(partial, 'w', 0o600);
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      await file.write(piece);
      bytes += piece.length;
    }
    await file.close();
    await rename(partial, path);
    return bytes;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}
