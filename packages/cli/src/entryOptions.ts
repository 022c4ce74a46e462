import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Options } from './command.js';
import { CliError } from './failures.js';
import type { Io } from './io.js';

export const TYPES = ['episodic', 'semantic', 'procedural', 'reflection'] as const;

export const DIARY_OPTION = {
  kind: 'text',
  value: 'id|name',
  help: 'Which diary; the only one, or "default", if not given.',
} as const;

/** What an entry is written or changed with. */
export const ENTRY_OPTIONS = {
  title: { kind: 'text', value: 'text', help: 'A title.' },
  tags: { kind: 'list', value: 'tag,…', help: 'Tags, separated by commas.' },
  importance: { kind: 'whole', value: '1-10', help: 'How much it matters (5).' },
  type: {
    kind: 'choice',
    of: TYPES,
    help: 'episodic: what happened; semantic: what is so; procedural: how to do it; reflection: what to make of it.',
  },
  file: { kind: 'text', value: 'path', help: 'Read the text from a file; - is stdin.' },
} as const satisfies Options;

/** The text from where it is: the arguments, a file, or stdin. */
export async function readText(
  io: Io,
  { text, file }: { text: string | undefined; file: string | undefined },
): Promise<string | undefined> {
  if (text !== undefined && text !== '-') {
    if (file === undefined) return text;
    throw new CliError('Usage', 'The text is given twice: as an argument and with --file.', 'Leave one of them out.');
  }
  if (text === '-' || file === '-') return withoutLastLineEnd(await io.readStdin());
  if (file === undefined) return undefined;
  try {
    return withoutLastLineEnd(await readFile(resolve(io.cwd, file), 'utf8'));
  } catch (error) {
    throw new CliError(
      'Usage',
      `${file} cannot be read: ${(error as Error).message}.`,
      'Give a text file with --file.',
    );
  }
}

/** Editors and `echo` add one; it is not part of what was written. */
const withoutLastLineEnd = (text: string) => text.replace(/\r?\n$/, '');
