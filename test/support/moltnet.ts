import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from './repository.js';

export const MOLTNET = fileURLToPath(new URL('packages/cli/bin/moltnet.mjs', repositoryRoot));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Person {
  /** A folder of this person alone, where commands run and credentials are kept (in `config`). */
  folder: string;
  env: Record<string, string>;
  /** Runs `moltnet` to its end. */
  moltnet: (args: string[], options?: RunOptions) => Promise<Ended>;
  /** As moltnet with --json, which must succeed. */
  // Tests read what they expect and fail on what is not there.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  json: (args: string[], options?: RunOptions) => Promise<any>;
  /** Whatever was printed in this person's name so far. */
  printed: () => string;
  leave: () => Promise<void>;
}

export interface RunOptions {
  env?: Record<string, string>;
  input?: string;
}

/** Someone at a shell with a home of their own, for whom the API is at `url`. */
export async function newPerson(url: string): Promise<Person> {
  const folder = await mkdtemp(join(tmpdir(), 'moltnet-cli-'));
  const own = { PATH: process.env['PATH'] ?? '', HOME: folder, TZ: 'UTC', MOLTNET_URL: url };
  const env = { ...own, MOLTNET_CONFIG_DIR: join(folder, 'config') };
  let printed = '';

  async function moltnet(args: string[], { env: more = {}, input = '' }: RunOptions = {}): Promise<Ended> {
    const child = spawn(process.execPath, [MOLTNET, ...args], { cwd: folder, env: { ...env, ...more } });
    // A command that does not read has closed its stdin before the text came.
    child.stdin.on('error', () => undefined).end(input);
    const ended = await untilEnded(child);
    printed += ended.stdout + ended.stderr;
    return ended;
  }

  async function json(args: string[], options?: RunOptions) {
    const { code, stdout, stderr } = await moltnet([...args, '--json'], options);
    if (code !== 0) throw new Error(`moltnet ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  return {
    folder,
    env,
    moltnet,
    json,
    printed: () => printed,
    leave: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function untilEnded(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}
