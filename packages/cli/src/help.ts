import type { Argument, Command, Option, Options } from './command.js';
import { EXIT_CODES } from './failures.js';
import { SHARED_OPTIONS } from './parse.js';

/** What `moltnet --help` says. */
export function renderOverview(commands: readonly Command[]): string[] {
  return [
    'Usage: moltnet <command> …',
    '',
    ...twoColumns(commands.map((command) => [command.name, command.summary])),
    '',
    'Options of every command:',
    ...renderOptions(SHARED_OPTIONS),
    '',
    'moltnet <command> --help says more about one.',
  ];
}

/** What `moltnet ops` says. */
export function renderGroup(commands: readonly Command[]): string[] {
  return twoColumns(commands.map((command) => [usageOf(command), command.summary]));
}

/** What `moltnet <command> --help` says. */
export function renderHelp(command: Command): string[] {
  const { summary, details, args, options, examples } = command;
  return [
    `Usage: ${usageOf(command)}`,
    '',
    summary,
    ...(details === undefined ? [] : ['', ...wrap(details)]),
    ...(args.length === 0 ? [] : ['', ...twoColumns(args.map((arg) => [renderArgument(arg), arg.help]))]),
    '',
    'Options:',
    ...renderOptions({ ...options, ...SHARED_OPTIONS }),
    '',
    ...examples.map((example) => `  $ ${example}`),
  ];
}

/**
 * The table of commands as docs/cli.md shows it.
 * @public scripts/cliDocs.mjs loads it by address, which the search for unused exports does not see.
 */
export function renderMarkdown(commands: readonly Command[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const optionRows = (options: Options) => [
    '| Option | |',
    '| --- | --- |',
    ...Object.entries(options).map(([name, option]) => `| \`${cell(renderOption(name, option))}\` | ${option.help} |`),
  ];
  const sections = commands.map((command) =>
    [
      `### moltnet ${command.name}`,
      [command.summary, command.details].filter((text) => text !== undefined).join(' '),
      ['```sh', usageOf(command), ...command.examples.map((example) => `# ${example}`), '```'].join('\n'),
      ...(command.args.length === 0
        ? []
        : [command.args.map((arg) => `- \`${renderArgument(arg)}\`: ${arg.help}`).join('\n')]),
      ...(Object.keys(command.options).length === 0 ? [] : [optionRows(command.options).join('\n')]),
    ].join('\n\n'),
  );
  const codes = Object.entries(EXIT_CODES).map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return [
    ...sections,
    ['### Options of every command', optionRows(SHARED_OPTIONS).join('\n')].join('\n\n'),
    ['### Exit codes', ['| Code | Meaning |', '| --- | --- |', ...codes].join('\n')].join('\n\n'),
  ].join('\n\n');
}

function usageOf({ name, args, options }: Command): string {
  const required = Object.entries(options).filter(([, option]) => option.required);
  const rest = Object.keys(options).length > required.length ? ['[options]'] : [];
  return [
    'moltnet',
    name,
    ...args.map(renderArgument),
    ...required.map(([key, option]) => renderOption(key, option)),
    ...rest,
  ].join(' ');
}

function renderArgument({ name, optional, rest }: Argument): string {
  const text = rest ? `${name}…` : name;
  return optional ? `[${text}]` : `<${text}>`;
}

function renderOption(name: string, option: Option): string {
  if (option.kind === 'flag') return `--${name}`;
  return `--${name} <${option.kind === 'choice' ? option.of.join('|') : option.value}>`;
}

function renderOptions(options: Options): string[] {
  return twoColumns(Object.entries(options).map(([name, option]) => [renderOption(name, option), option.help]));
}

function twoColumns(rows: (readonly [string, string])[]): string[] {
  const width = Math.min(60, Math.max(...rows.map(([left]) => left.length)));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** Lines of at most 100 characters. */
const wrap = (text: string): string[] => text.match(/\S.{0,98}\S(?=\s|$)/g) ?? [text];
