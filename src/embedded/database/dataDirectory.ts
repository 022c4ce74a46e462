/**
 * What lies in a data directory: `postgres/` (Postgres' own files), `database.lock`, `database.url` while it runs, and
 * `initialising` while `postgres/` is being made, so that a first start that was killed begins again and never opens half a
 * database.
 */
import { access, constants, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors.js';
import { makeDirectories } from '../makeDirectories.js';

/** The major version of Postgres that PGlite is: data of another one cannot be opened. */
export const POSTGRES_MAJOR = '18';

const POSTGRES = 'postgres';
const INITIALISING = 'initialising';
const URL_FILE = 'database.url';
const LOCK = 'database.lock';

export interface DataDirectory {
  readonly lockPath: string;
  readonly postgresPath: string;
}

/** Makes the directory if it is not there. Throws AppError Misconfigured for one that cannot be a data directory. */
export async function openDataDirectory(path: string): Promise<DataDirectory> {
  await makeDirectory(path);
  const strangers = (await readdir(path)).filter((name) => !isOurs(name));
  if (strangers.length > 0) {
    const some = strangers.slice(0, 3).join(', ');
    throw misconfigured(path, `holds something else (${some}): give the embedded database a directory of its own`);
  }
  await checkVersion(path);
  return { lockPath: join(path, LOCK), postgresPath: join(path, POSTGRES) };
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await makeDirectories(path);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw misconfigured(path, 'is a file, or within one: name a directory', error);
    throw misconfigured(path, `cannot be written (${code}): make it writable for this user, or name another`, error);
  }
}

/** Drafts of a lock start with its name. */
function isOurs(name: string): boolean {
  return name === POSTGRES || name === INITIALISING || name.startsWith(URL_FILE) || name.startsWith(LOCK);
}

async function checkVersion(path: string): Promise<void> {
  const version = await readIfThere(join(path, POSTGRES, 'PG_VERSION'));
  if (version === undefined || version.trim() === POSTGRES_MAJOR) return;
  const remedy = 'start the release that made it and export what you need, or name another directory';
  throw misconfigured(path, `was made by Postgres ${version.trim()}, this is ${POSTGRES_MAJOR}: ${remedy}`);
}

/** Whether the database must be made first. What an interrupted attempt has left is removed. Only under the lock. */
export async function beginInitialising(path: string): Promise<boolean> {
  const isInterrupted = (await readIfThere(join(path, INITIALISING))) !== undefined;
  if (isInterrupted) await rm(join(path, POSTGRES), { recursive: true, force: true });
  else if ((await readIfThere(join(path, POSTGRES, 'PG_VERSION'))) !== undefined) return false;
  await writeFile(
    join(path, INITIALISING),
    'The database in here is being made; if nobody is at it, the next start begins again.\n',
  );
  return true;
}

export async function endInitialising(path: string): Promise<void> {
  await rm(join(path, INITIALISING), { force: true });
}

/** For tools (psql, the dbos CLI); readable for its owner only, since it has the password. */
export async function writeUrl(path: string, url: string): Promise<void> {
  const draft = join(path, `${URL_FILE}.draft`);
  await rm(draft, { force: true });
  await writeFile(draft, `${url}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, join(path, URL_FILE));
}

export async function removeUrl(path: string): Promise<void> {
  await rm(join(path, URL_FILE), { force: true });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function misconfigured(path: string, what: string, cause?: unknown): AppError {
  return new AppError('Misconfigured', `the data directory ${path} ${what}`, { cause });
}
