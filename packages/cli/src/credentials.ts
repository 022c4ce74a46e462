import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { CliError } from './failures.js';
import type { Io } from './io.js';

/** Who acts and where; as it lies on the disk, readable by its owner only. */
export interface Profile {
  name: string;
  fingerprint: string;
  agentId: string;
  publicKey: string;
  /** The seed, base64; absent where only a client's credentials were given. */
  privateKey?: string;
  clientId: string;
  clientSecret: string;
  /** Where it is registered; absent in the files that a server keeps of its own agents. */
  url?: string;
}

const LOCAL_URL = 'http://127.0.0.1:8080';

export function chooseUrl(io: Io, option: string | undefined, profile?: Profile): string {
  const url = option ?? (io.env['MOLTNET_URL'] || (profile?.url ?? LOCAL_URL));
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CliError('Usage', `"${url}" is no address.`, `Give one such as ${LOCAL_URL}, with --url or MOLTNET_URL.`);
  }
  return url;
}

/** Where a person's profiles and the logs that they know are kept. */
export function configFolder({ env }: Io): string {
  return env['MOLTNET_CONFIG_DIR'] || join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'moltnet');
}

export function profilePath(io: Io, profile: string): string {
  if (!/^[\w.-]{1,100}$/.test(profile) || profile.startsWith('.')) {
    throw new CliError('Usage', `"${profile}" is no name for a profile.`, 'Use letters, digits, - and _.');
  }
  return join(configFolder(io), `${profile}.json`);
}

export const chooseProfileName = (io: Io, option: string | undefined): string | undefined =>
  option ?? (io.env['MOLTNET_PROFILE'] || undefined);

/** A local server's data directory, as the server itself finds it. */
const dataDirOf = ({ env, cwd }: Io): string => resolve(cwd, env['DATA_DIR'] || 'data');

/** A profile and the file that it lies in. */
export interface Located {
  path: string;
  profile: Profile;
}

/**
 * The profile that was asked for; else what lies nearest: for an agent the default profile, then the agent that a local
 * server made for itself; for an operator that server's operator, then the default profile.
 */
export async function findProfile(io: Io, as: 'agent' | 'operator', option: string | undefined): Promise<Located> {
  const asked = chooseProfileName(io, option);
  if (asked !== undefined) {
    const path = profilePath(io, asked);
    const found = await readProfile(path);
    if (found) return { path, profile: found };
    throw new CliError(
      'NoCredentials',
      `There is no profile "${asked}".`,
      `moltnet register --profile ${asked} makes it.`,
    );
  }
  const own = profilePath(io, 'default');
  const local = join(dataDirOf(io), `${as}.json`);
  for (const path of as === 'agent' ? [own, local] : [local, own]) {
    const profile = await readProfile(path);
    if (profile) return { path, profile };
  }
  throw new CliError(
    'NoCredentials',
    `There are no credentials: neither ${own} nor ${local} is there.`,
    as === 'agent'
      ? 'Run moltnet register, or be in the folder of a server that was started with npm start.'
      : "Be in the folder of the server (or set DATA_DIR), or choose an operator's credentials with --profile.",
  );
}

async function readProfile(path: string): Promise<Profile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CliError('Unreadable', `${path} cannot be read: ${(error as Error).message}.`);
  }
  // The parser's own message quotes the text, which is secret.
  const profile = parseJson(text) as Partial<Profile> | undefined;
  if (typeof profile?.clientId === 'string' && typeof profile.clientSecret === 'string') return profile as Profile;
  throw new CliError('Unreadable', `${path} holds no credentials.`, 'Remove it and run moltnet register again.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Keeps a profile that `make` registers. The file is there before: a secret that cannot be kept afterwards would be lost,
 * and nobody's profile is overwritten.
 */
export async function makeProfile(path: string, make: () => Promise<Profile>): Promise<Profile> {
  await mkdir(resolve(path, '..'), { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CliError('Conflict', `${path} is there already.`, 'Choose another name with --profile.');
  }
  try {
    const profile = await make();
    await saveProfile(path, profile);
    return profile;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Replaces a profile as a whole: whenever the process ends, the file is the old or the new one. */
export async function saveProfile(path: string, profile: Profile): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

/** The private key, where the profile has one. */
export function requireKey({ path, profile }: Located): string {
  if (profile.privateKey !== undefined) return profile.privateKey;
  throw new CliError(
    'NoCredentials',
    `${path} has no private key.`,
    'moltnet login --key-file keeps one with the credentials.',
  );
}
