import { readFile, rm, writeFile } from 'node:fs/promises';
import { generateKeyPair } from '@moltnet/sdk';
import { saveProfile, type Located, type Profile } from './credentials.js';

/** The key that shall take the place of the profile's. */
export interface NextKey {
  publicKey: string;
  privateKey: string;
}

/**
 * A key that is about to be sent lies beside the profile first. However the command ends, after the server has taken the
 * key or before, somebody has it: the next command looks which of the two the server knows.
 */
const nextPath = (path: string) => `${path}.next`;

export async function readNextKey(path: string): Promise<NextKey | undefined> {
  try {
    return JSON.parse(await readFile(nextPath(path), 'utf8')) as NextKey;
  } catch (error) {
    // A file that was cut off was never sent: nothing is lost with it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The key of an attempt that did not get through, or a new one; on the disk before it is given. */
export async function keepNextKey(path: string): Promise<NextKey> {
  const kept = await readNextKey(path);
  if (kept) return kept;
  const next = generateKeyPair();
  await writeFile(nextPath(path), JSON.stringify(next), { mode: 0o600, flush: true });
  return next;
}

/** The server has taken the key: it is the profile's. */
export async function adoptNextKey({ path, profile }: Located, next: NextKey): Promise<Profile> {
  const adopted = { ...profile, ...next };
  await saveProfile(path, adopted);
  await rm(nextPath(path), { force: true });
  return adopted;
}

/** Makes the profile what the server knows, after a rotation that ended in its middle. `presentKey` asks the server. */
export async function settleNextKey(located: Located, presentKey: () => Promise<string>): Promise<Profile> {
  const next = await readNextKey(located.path);
  if (!next) return located.profile;
  // Who cannot ask now goes on with what there is, and fails with a better message than this would.
  const present = await presentKey().catch(() => undefined);
  return present === next.publicKey ? adoptNextKey(located, next) : located.profile;
}
