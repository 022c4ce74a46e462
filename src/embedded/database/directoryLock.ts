/**
 * One process at a time on a data directory. PGlite has no lock of its own, and two processes on one directory lost 226 of 300
 * committed rows. The lock is a file that names its holder; it is made whole, by linking a finished draft to its name, so
 * that of two processes one gets it and nobody ever reads half of it. A dead holder's lock is taken over.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { AppError } from '../../errors.js';
import { readProcessStart } from './processStart.js';

export interface Holder {
  /** Tells this lock from every other, also of the same process. */
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** When the lock was taken, for people. */
  readonly since: string;
  /** When the process started, as its system tells it: the same pid with another start is another process. */
  readonly processStart: string | undefined;
  readonly command: string;
  readonly address?: string;
}

export interface DirectoryLock {
  /** Adds where the holder can be reached, for whoever is refused. */
  announce(address: string): Promise<void>;
  release(): Promise<void>;
}

/** Throws AppError Misconfigured, naming the holder and the remedy, when a living process has the lock. */
export async function takeDirectoryLock(path: string): Promise<DirectoryLock> {
  const mine: Holder = {
    token: randomUUID(),
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    processStart: await readProcessStart(process.pid),
    command: process.argv.join(' ').slice(0, 200),
  };
  while (!(await create(path, mine))) {
    const holder = await read(path);
    if (!holder) continue; // released just now
    if (await isAlive(holder)) throw new AppError('Misconfigured', describe(path, holder));
    if (await takeOver(path, holder, mine)) break;
  }
  return {
    announce: (address) => replace(path, { ...mine, address }),
    release: () => remove(path, mine.token),
  };
}

async function create(path: string, holder: Holder): Promise<boolean> {
  return withDraft(path, holder, async (draft) => {
    try {
      await link(draft, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  });
}

/**
 * Puts our lock in the place of a dead process's. Two may have seen the same dead holder, and the second must not remove
 * the lock that the first has just made: so this is done under a lock of its own, after another look.
 */
async function takeOver(path: string, dead: Holder, mine: Holder): Promise<boolean> {
  const guard = await takeDirectoryLock(`${path}.takeover`);
  try {
    if ((await read(path))?.token !== dead.token) return false;
    await replace(path, mine);
    return true;
  } finally {
    await guard.release();
  }
}

async function replace(path: string, holder: Holder): Promise<void> {
  await withDraft(path, holder, (draft) => rename(draft, path));
}

async function remove(path: string, token: string): Promise<void> {
  if ((await read(path))?.token === token) await rm(path, { force: true });
}

async function withDraft<T>(path: string, holder: Holder, use: (draft: string) => Promise<T>): Promise<T> {
  const draft = `${path}.${holder.token}.draft`;
  await writeFile(draft, JSON.stringify(holder, undefined, 2), { mode: 0o600 });
  try {
    return await use(draft);
  } finally {
    await rm(draft, { force: true });
  }
}

async function read(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AppError(
      'Misconfigured',
      `${path} is no lock of ours: remove it if no other process uses this directory`,
      {
        cause: error,
      },
    );
  }
}

/** Of another machine's process nothing can be known: it counts as alive. */
async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  if (!exists(holder.pid)) return false;
  const processStart = await readProcessStart(holder.pid);
  return holder.processStart === undefined || processStart === undefined || processStart === holder.processStart;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function describe(path: string, holder: Holder): string {
  const { pid, host, since, command, address } = holder;
  const where = address ? ` (listening on ${address})` : '';
  const remedy =
    host === hostname()
      ? `stop it (kill ${pid}), or give this process a data directory of its own, or use a real Postgres (DATABASE_URL)`
      : `stop it there; if that machine or container is gone, remove ${path}`;
  return `the embedded database is in use by process ${pid} on ${host} since ${since}${where}: ${command}. Only one process may open it: ${remedy}`;
}
