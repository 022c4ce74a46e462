import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineCommand, report } from '../command.js';
import { CliError } from '../failures.js';
import type { Io } from '../io.js';

export const importDiary = defineCommand({
  name: 'import',
  summary: 'Restore a diary from a bundle, with its ids.',
  details:
    'The server verifies all of it before it takes anything. What is there already stays as it is; entries of others must be ' +
    'signed, unless the bundle is of that very server. To do it again does no harm.',
  as: 'agent',
  args: [{ name: 'file', help: 'The bundle.' }],
  options: { name: { kind: 'text', value: 'name', help: 'Of the diary, where it is not there yet.' } },
  examples: ['moltnet import diary.jsonl --name "Work notes"'],
  async run({ client, io }, { args: { file }, options: { name } }) {
    const onProgress = (lines: number) => io.err(`${lines} lines sent`);
    const restored = await client.importDiary(readLines(io, file!), { name, onProgress });
    return report(restored, ({ diaryId, entries, already, authors, verdict, origin }) => [
      `${entries} entries restored into ${diaryId}, ${already} were there.`,
      `The bundle is ${verdict}, of the log ${origin}; ${authors} of its authors were not known here.`,
    ]);
  },
});

async function* readLines(io: Io, name: string): AsyncGenerator<string> {
  const file = await open(resolve(io.cwd, name)).catch((error: unknown) => {
    throw new CliError('Unreadable', `${name} cannot be read: ${(error as Error).message}.`);
  });
  try {
    yield* file.readLines();
  } finally {
    await file.close();
  }
}
