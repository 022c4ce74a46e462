import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deriveClientSecret } from '../rules/clientSecret.js';

/** What a deployment configures and a machine without one makes for itself, once, in its data directory. */
export interface GeneratedSecrets {
  credentialMasterSecret: string;
  cursorSecret: string;
  recoveryChallengeSecret: string;
  /** Ed25519, PKCS #8 PEM: the MCP server signs with it whom it acts for. */
  mcpAssertionKey: string;
}

/** Reads `<dataDir>/secrets.json`, or makes it (0600). Of two processes that make it at once both read the same. */
export async function loadSecrets(dataDir: string): Promise<GeneratedSecrets> {
  const path = join(dataDir, 'secrets.json');
  const kept = (await read(path)) ?? (await make(dataDir, path));
  // A file of before the recovery has none: derived, so that every process that reads the file has the same.
  const derived = deriveClientSecret(kept.credentialMasterSecret, 'recovery', 0);
  return { ...kept, recoveryChallengeSecret: kept.recoveryChallengeSecret ?? derived };
}

type KeptSecrets = Omit<GeneratedSecrets, 'recoveryChallengeSecret'> & { recoveryChallengeSecret?: string };

async function read(path: string): Promise<KeptSecrets | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as KeptSecrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function make(dataDir: string, path: string): Promise<GeneratedSecrets> {
  await mkdir(dataDir, { recursive: true });
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, JSON.stringify(generate(), null, 2), { mode: 0o600 });
  try {
    // A link fails where the file is there already, which a rename would replace.
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary);
  }
  return JSON.parse(await readFile(path, 'utf8')) as GeneratedSecrets;
}

/** Ed25519, PKCS #8 PEM. */
export function generateAssertionKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function generate(): GeneratedSecrets {
  return {
    credentialMasterSecret: randomBytes(32).toString('base64url'),
    cursorSecret: randomBytes(32).toString('base64url'),
    recoveryChallengeSecret: randomBytes(32).toString('base64url'),
    mcpAssertionKey: generateAssertionKey(),
  };
}
