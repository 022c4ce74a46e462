import { mkdir, open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseCheckpoint } from '@moltnet/protocol';

export interface KeptCheckpoint {
  size: number;
  root: Uint8Array;
}

/**
 * The last checkpoint that this machine has signed, kept where a restored backup of the database does not reach. Undefined
 * where there is no file. Throws for one that is no checkpoint: it must not be taken for a log that never signed.
 */
export async function readCheckpointFile(path: string): Promise<KeptCheckpoint | undefined> {
  let note: string;
  try {
    note = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return parseCheckpoint(note);
}

/** On the disk when this resolves, and never half: what is published must not be newer than what is kept. */
export async function writeCheckpointFile(path: string, note: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.new`;
  await withFile(temporary, 'w', async (file) => {
    await file.writeFile(note);
    await file.sync();
  });
  await rename(temporary, path);
  // The new name is on the disk when its folder is.
  await withFile(dirname(path), 'r', (folder) => folder.sync());
}

async function withFile(path: string, flags: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o644);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
