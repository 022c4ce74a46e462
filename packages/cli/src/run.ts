import { createClient } from '@moltnet/sdk';
import type { Command, Context } from './command.js';
import { COMMANDS } from './commands.js';
import { chooseUrl, findProfile, type Profile } from './credentials.js';
import { CliError, exitCodeOf, renderFailure, reportFailure, type ExitCode } from './failures.js';
import { renderGroup, renderHelp, renderOverview } from './help.js';
import type { Io } from './io.js';
import { settleNextKey } from './nextKey.js';
import { createPage, printable } from './page.js';
import { parseCall, type Parsed } from './parse.js';
import { VERSION } from './version.js';

/** A person waits. Getting the token and the call itself are each tried once more: four attempts, in about a second. */
const RETRIES = 1;

/** Runs one call of `moltnet`; prints what comes of it, and gives the exit code. */
export async function run(argv: string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    const failure = printable(reportFailure(error));
    if (argv.includes('--json')) io.err(JSON.stringify({ error: failure }));
    else for (const line of renderFailure(failure)) io.err(line);
    return exitCodeOf(error);
  }
}

async function dispatch(argv: string[], io: Io): Promise<ExitCode> {
  const [first] = argv;
  if (first === undefined || ['help', '--help', '-h'].includes(first)) return printLines(io, renderOverview(COMMANDS));
  if (first === '--version') return printLines(io, [VERSION]);
  const command = findCommand(argv);
  if (!command) return explainUnknown(argv, io);
  const call = parseCall(command, argv.slice(command.name.split(' ').length));
  if (call.wantsHelp) return printLines(io, renderHelp(command));
  const context = await createContext(command, call, io);
  const report = await command
    .run(context, call as never)
    .catch((error: unknown) => explainRefusal(error, command, context));
  if (!report) return 0;
  if (call.shared.json) io.out(JSON.stringify(report.data, null, 2));
  else printLines(io, report.render(printable(report.data), createPage(io)));
  return report.exitCode ?? 0;
}

function findCommand(argv: string[]): Command | undefined {
  const named = COMMANDS.filter(({ name }) => name.split(' ').every((word, at) => argv[at] === word));
  return named.sort((a, b) => b.name.length - a.name.length)[0];
}

/** `moltnet ops` alone says what there is; anything else that is no command is a mistake. */
function explainUnknown(argv: string[], io: Io): ExitCode {
  const [first, second] = argv;
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first!} `));
  if (group.length > 0 && (second === undefined || ['--help', '-h'].includes(second))) {
    return printLines(io, renderGroup(group));
  }
  const asked = group.length > 0 ? `${first!} ${second!}` : first!;
  throw new CliError('Usage', `There is no command "${asked}".`, 'moltnet --help lists the commands.');
}

async function createContext(command: Command, { shared }: Parsed, io: Io): Promise<Context> {
  if (command.as === 'nobody') return { io, shared } as Context;
  const found = await findProfile(io, command.as, shared.profile);
  const baseUrl = chooseUrl(io, shared.url, found.profile);
  const clientOf = ({ clientId, clientSecret, privateKey }: Profile) =>
    createClient({ baseUrl, clientId, clientSecret, privateKey, retries: RETRIES });
  const profile = await settleNextKey(found, async () => (await clientOf(found.profile).agents.whoami()).publicKey);
  return { io, shared, profile, path: found.path, baseUrl, client: clientOf(profile) };
}

/** To who is no operator the API says that there is nothing; they should hear why. */
async function explainRefusal(error: unknown, command: Command, { client }: Context): Promise<never> {
  if (command.as === 'operator' && (error as Error).name === 'NotFound') {
    const { role } = await client.agents.whoami();
    if (role !== 'operator') throw new CliError('Forbidden', "These credentials are not an operator's.");
  }
  throw error;
}

function printLines(io: Io, lines: string[]): ExitCode {
  for (const line of lines) io.out(line);
  return 0;
}
