import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeHex, parseNoteKey, type NoteKey, type SeenTree } from '@moltnet/protocol';
import { configFolder } from './credentials.js';
import { CliError } from './failures.js';
import type { Io } from './io.js';

/** What is kept of each log, by its origin: the keys that are trusted, and the last tree that they signed. */
export interface KnownLogs {
  path: string;
  logs: Record<string, { keys: string[]; seen?: { size: number; root: string } }>;
}

export async function readKnownLogs(io: Io): Promise<KnownLogs> {
  // Without an ending: no profile can have this name.
  const path = join(configFolder(io), 'known-logs');
  try {
    const logs = JSON.parse(await readFile(path, 'utf8')) as KnownLogs['logs'];
    listKeys({ path, logs });
    listSeen({ path, logs });
    return { path, logs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { path, logs: {} };
    const why = (error as Error).message;
    throw new CliError('Unreadable', `${path} cannot be read: ${why}.`, 'Mend it, or remove it to trust no log.');
  }
}

export function listKeys({ logs }: KnownLogs): NoteKey[] {
  return Object.values(logs).flatMap(({ keys }) => keys.map((key) => parseNoteKey(key)));
}

export function listSeen({ logs }: KnownLogs): SeenTree[] {
  return Object.entries(logs).flatMap(([origin, { seen }]) =>
    seen ? [{ origin, size: seen.size, root: decodeHex(seen.root, 'root', 32) }] : [],
  );
}

/** Whoever can write here decides what is trusted: nobody else can. */
export async function keepKnownLogs({ path, logs }: KnownLogs): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, `${JSON.stringify(logs, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
}
