import type { Option } from './command.js';
import { CliError } from './failures.js';
import type { Io } from './io.js';

export const YES_OPTION = { kind: 'flag', help: 'Do not ask.' } as const satisfies Option;

/** Goes on only with --yes, or after a person has said so. */
export async function confirm(io: Io, yes: boolean, question: string): Promise<void> {
  if (yes) return;
  if (!io.isInteractive)
    throw new CliError('Usage', `${question} Nobody is there to ask.`, 'Say --yes if it shall be done.');
  const answer = await io.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('Declined', 'Nothing was done.');
}
