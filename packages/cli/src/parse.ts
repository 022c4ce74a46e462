import { parseArgs } from 'node:util';
import type { Command, Option, Options, Shared } from './command.js';
import { CliError } from './failures.js';

export const SHARED_OPTIONS = {
  profile: { kind: 'text', value: 'name', help: 'Act with these credentials (MOLTNET_PROFILE; default).' },
  url: { kind: 'text', value: 'address', help: 'Where the API is (MOLTNET_URL; else as the profile says).' },
  json: { kind: 'flag', help: 'Print JSON, for programs.' },
  help: { kind: 'flag', help: 'Say how the command is used.' },
} as const satisfies Options;

/** As node:util reads it; a list's option may be given more than once. */
type Given = string | boolean | (string | boolean)[] | undefined;

export interface Parsed {
  args: Record<string, string | undefined>;
  options: Record<string, unknown>;
  shared: Shared;
  wantsHelp: boolean;
}

/** Throws a Usage failure for whatever the command does not take. */
export function parseCall(command: Command, argv: string[]): Parsed {
  const options: Options = { ...command.options, ...SHARED_OPTIONS };
  const { values, positionals } = parse(command, argv, options);
  const { profile, url, json, help } = values as { profile?: string; url?: string; json?: boolean; help?: boolean };
  const shared = { profile, url, json: json ?? false };
  if (help) return { args: {}, options: {}, shared, wantsHelp: true };
  const read = Object.entries(command.options).map(([name, option]): [string, unknown] => [
    name,
    readValue(command, name, option, values[name]),
  ]);
  return { args: readArguments(command, positionals), options: Object.fromEntries(read), shared, wantsHelp: false };
}

function parse(command: Command, argv: string[], options: Options) {
  const known = Object.entries(options).map(([name, option]) => {
    const type: 'boolean' | 'string' = option.kind === 'flag' ? 'boolean' : 'string';
    return [name, { type, multiple: option.kind === 'list', ...(name === 'help' && { short: 'h' }) }] as const;
  });
  try {
    return parseArgs({ args: argv, options: Object.fromEntries(known), allowPositionals: true });
  } catch (error) {
    throw usage(command, (error as Error).message.split('. ')[0]!.replace(/\.?$/, '.'));
  }
}

function readArguments(command: Command, given: string[]): Record<string, string | undefined> {
  const args: Record<string, string | undefined> = {};
  const rest = [...given];
  for (const { name, optional, rest: takesRest } of command.args) {
    const value = takesRest ? rest.splice(0).join(' ') || undefined : rest.shift();
    if (value === undefined && !optional) throw usage(command, `<${name}> is missing.`);
    args[name] = value;
  }
  if (rest.length > 0) throw usage(command, `"${rest[0]!}" is one argument too many.`);
  return args;
}

function readValue(command: Command, name: string, option: Option, value: Given): unknown {
  if (option.kind === 'flag') return value ?? false;
  if (value === undefined) {
    if (option.required) throw usage(command, `--${name} is required: ${option.help}`);
    return undefined;
  }
  switch (option.kind) {
    case 'whole':
      if (!/^\d{1,9}$/.test(String(value)))
        throw usage(command, `--${name} takes a whole number, not "${String(value)}".`);
      return Number(value);
    case 'list':
      return (value as string[])
        .flatMap((one) => String(one).split(','))
        .map((one) => one.trim())
        .filter((one) => one !== '');
    case 'choice':
      if (!option.of.includes(String(value))) throw usage(command, `--${name} takes one of ${option.of.join(', ')}.`);
      return value;
    case 'text':
      return value;
  }
}

export function usage(command: Pick<Command, 'name'>, message: string): CliError {
  return new CliError('Usage', message, `moltnet ${command.name} --help says how it is used.`);
}
