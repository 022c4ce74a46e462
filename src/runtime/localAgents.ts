import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyPair, generateSalt } from '@moltnet/protocol';
import { findAgent } from '../db/agents/agent.js';
import type { Db } from '../db/database.js';
import type { Identity } from '../ports/identity.js';
import { describeNewAgent } from '../rules/registration.js';
import { mirrorAgent } from '../workflows/mirrorAgent.js';
import { startRegistration } from './startRegistration.js';
import { startRun } from './startRun.js';

/** An agent of this machine, as it lies in the data directory (0600). */
export interface LocalAgent {
  name: string;
  fingerprint: string;
  agentId: string;
  publicKey: string;
  /** The seed, base64. */
  privateKey: string;
  clientId: string;
  clientSecret: string;
}

export interface LocalAgents {
  db: Db;
  dataDir: string;
  tokenAudiences: string[];
  clientSecret: (agentId: string, epoch: number) => string;
}

/**
 * The agent that `<dataDir>/<file>` holds, registered through the same workflow as any other. Its key is written before
 * it is registered, so that a crash in between goes on with the same key at the next start.
 */
export async function ensureLocalAgent(
  { db, dataDir, tokenAudiences, clientSecret }: LocalAgents,
  { file, name, role }: { file: string; name: string; role: 'agent' | 'operator' },
): Promise<LocalAgent> {
  const path = join(dataDir, file);
  const kept = await readAgentFile(path);
  const present = kept && (await refresh({ db, clientSecret }, kept));
  if (present) {
    await writeAgentFile(path, present);
    return present;
  }
  const keys = kept ?? generateKeyPair();
  const nonce = generateSalt();
  const proof = { nonce, issuedAt: new Date().toISOString(), signature: '' };
  const described = describeNewAgent({ publicKey: keys.publicKey, name, proof }, { role, audience: tokenAudiences });
  const agent: LocalAgent = {
    name,
    fingerprint: described.fingerprint,
    agentId: described.agentId,
    publicKey: keys.publicKey,
    privateKey: keys.privateKey,
    clientId: described.agentId,
    clientSecret: clientSecret(described.agentId, 1),
  };
  await writeAgentFile(path, agent);
  // The refusal of a second registration is fine: the key has its agent.
  await (
    await startRegistration(`local:${file}`, described)
  ).result;
  return agent;
}

/**
 * An agent that is registered already, whatever its key is by now. Where the file's secret is not the one that this server
 * derives, the master secret has changed or the secret was rotated: the identity service is told the derived one.
 */
async function refresh(
  { db, clientSecret }: Pick<LocalAgents, 'db' | 'clientSecret'>,
  kept: LocalAgent,
): Promise<LocalAgent | undefined> {
  const known = await findAgent(db, kept.agentId);
  if (!known) return undefined;
  const derived = clientSecret(known.id, known.secretEpoch);
  if (derived !== kept.clientSecret) await (await startRun(mirrorAgent, { agents: [known.id] }, known.id)).result;
  return { ...kept, clientSecret: derived };
}

async function readAgentFile(path: string): Promise<LocalAgent | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LocalAgent;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeAgentFile(path: string, agent: LocalAgent): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(agent, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** A token for this machine's own agent, for the curl commands that the start prints. */
export async function issueLocalToken(identity: Identity, agent: LocalAgent, audience: string): Promise<string> {
  const { clientId, clientSecret } = agent;
  const issued = await identity.tokens.issue({ clientId, clientSecret, audience: [audience] });
  if ('refused' in issued) throw new Error(`No token for the local agent ${agent.fingerprint}: ${issued.refused}`);
  return issued.accessToken;
}
