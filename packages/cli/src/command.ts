import type { Client } from '@moltnet/sdk';
import type { Profile } from './credentials.js';
import type { ExitCode } from './failures.js';
import type { Io } from './io.js';
import type { Page } from './page.js';

/** `value` names it in the help, as in `--title <text>`. */
export type Option = { help: string; required?: true } & (
  { kind: 'flag' } | { kind: 'text' | 'whole' | 'list'; value: string } | { kind: 'choice'; of: readonly string[] }
);
export type Options = Record<string, Option>;

type Value<O extends Option> = O extends { kind: 'flag' }
  ? boolean
  : O extends { kind: 'whole' }
    ? number
    : O extends { kind: 'list' }
      ? string[]
      : O extends { kind: 'choice'; of: readonly (infer T)[] }
        ? T
        : string;
export type Values<O extends Options> = {
  [K in keyof O]: O[K] extends { kind: 'flag' } | { required: true } ? Value<O[K]> : Value<O[K]> | undefined;
};

export interface Argument {
  name: string;
  help: string;
  /** May be left out. */
  optional?: true;
  /** Takes all words that are left, as one text. */
  rest?: true;
}

/** What a command gives: the data for programs, and how people see it. Rendering sees only printable text. */
export interface Report<T = unknown> {
  data: T;
  render: (data: T, page: Page) => string[];
  /** Where a program has to tell one good answer from another. */
  exitCode?: ExitCode;
}

export function report<T>(data: T, render: (data: T, page: Page) => string[], exitCode?: ExitCode): Report {
  return { data, render: render as Report['render'], ...(exitCode !== undefined && { exitCode }) };
}

/** What the options that all commands share say. */
export interface Shared {
  profile: string | undefined;
  url: string | undefined;
  json: boolean;
}

export interface Context {
  io: Io;
  shared: Shared;
  /** The API, as the agent (or the operator) that the command acts as. */
  client: Client;
  profile: Profile;
  /** Where the profile lies. */
  path: string;
  /** Where the API is. */
  baseUrl: string;
}

export interface Command {
  name: string;
  summary: string;
  /** More than the summary; one paragraph. */
  details?: string;
  args: readonly Argument[];
  options: Options;
  /** Whom it acts as. */
  as: 'nobody' | 'agent' | 'operator';
  /** One or more calls as they are typed. */
  examples: readonly string[];
  run: (
    context: Context,
    input: { args: Record<string, string | undefined>; options: never },
  ) => Promise<Report | undefined>;
}

interface Definition<O extends Options> extends Omit<Command, 'options' | 'run' | 'args'> {
  args?: readonly Argument[];
  options?: O;
  run: (
    context: Context,
    input: { args: Record<string, string | undefined>; options: Values<O> },
  ) => Promise<Report | undefined>;
}

export function defineCommand<const O extends Options = Options>(definition: Definition<O>): Command {
  return { args: [], options: {}, ...definition } as Command;
}
