import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deriveClientSecret } from '../rules/clientSecret.js';
import { makeDirectories } from './makeDirectories.js';

/** What a deployment configures and a machine without one makes for itself, once, in its data directory. */
export interface GeneratedSecrets {
  credentialMasterSecret: string;
  cursorSecret: string;
  recoveryChallengeSecret: string;
  /** Ed25519, PKCS #8 PEM: the MCP server signs with it whom it acts for. */
  mcpAssertionKey: string;
}

/** Reads `<dataDir>/secrets.json`, or makes it (0600). */
export async function loadSecrets(dataDir: string): Promise<GeneratedSecrets> {
  const kept: KeptSecrets = await readOrMake(dataDir, 'secrets.json', generate);
  // A file of before the recovery has none: derived, so that every process that reads the file has the same.
  const derived = deriveClientSecret(kept.credentialMasterSecret, 'recovery', 0);
  return { ...kept, recoveryChallengeSecret: kept.recoveryChallengeSecret ?? derived };
}

type KeptSecrets = Omit<GeneratedSecrets, 'recoveryChallengeSecret'> & { recoveryChallengeSecret?: string };

/** Reads the private key of the log, 32 bytes in base64, from `<dataDir>/log-key.json`, or makes it (0600). */
export async function loadLogKey(dataDir: string): Promise<string> {
  const { logSigningKey } = await readOrMake(dataDir, 'log-key.json', () => ({
    logSigningKey: randomBytes(32).toString('base64'),
  }));
  return logSigningKey;
}

/** Of two processes that make a file at once both read the same. */
async function readOrMake<T>(dataDir: string, file: string, generateSecrets: () => T): Promise<T> {
  const path = join(dataDir, file);
  return (await read<T>(path)) ?? (await make(dataDir, path, generateSecrets()));
}

async function read<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function make<T>(dataDir: string, path: string, secrets: T): Promise<T> {
  await makeDirectories(dataDir);
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  try {
    // A link fails where the file is there already, which a rename would replace.
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary);
  }
  return JSON.parse(await readFile(path, 'utf8')) as T;
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
