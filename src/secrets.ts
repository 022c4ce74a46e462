import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { derivePublicKey, sign } from '@moltnet/protocol';
import type { Config } from './config.js';
import { generateAssertionKey, loadLogKey, loadSecrets, type GeneratedSecrets } from './embedded/secrets.js';
import { createCursors, type Cursors } from './http/cursor.js';
import { createChallenges, type Challenges } from './rules/challenge.js';
import { deriveClientSecret, deriveInvitationCode } from './rules/clientSecret.js';
import { describeLogSigner, type LogSigner } from './rules/logKey.js';

type Secrets = Pick<GeneratedSecrets, 'credentialMasterSecret' | 'cursorSecret' | 'recoveryChallengeSecret'> & {
  assertionPublicKey: KeyObject;
  /** Present where this server made the pair itself, for the MCP server beside it. */
  mcpAssertionKey?: string;
};

/** From the configuration, or made here and kept in the data directory. */
export async function readSecrets(config: Config): Promise<Secrets> {
  const master = config.CREDENTIAL_MASTER_SECRET;
  if (master !== undefined) {
    return {
      credentialMasterSecret: master,
      cursorSecret: config.CURSOR_SECRET ?? deriveClientSecret(master, 'cursors', 0),
      recoveryChallengeSecret: config.RECOVERY_CHALLENGE_SECRET ?? deriveClientSecret(master, 'recovery', 0),
      ...readAssertionKeys(config, generateAssertionKey),
    };
  }
  const { mcpAssertionKey, ...generated } = await loadSecrets(config.DATA_DIR);
  const recoveryChallengeSecret = config.RECOVERY_CHALLENGE_SECRET ?? generated.recoveryChallengeSecret;
  return { ...generated, recoveryChallengeSecret, ...readAssertionKeys(config, () => mcpAssertionKey) };
}

/** Where no key is configured, this server has one for the MCP server that is started beside it, and for no other. */
function readAssertionKeys(
  { MCP_ASSERTION_PUBLIC_KEY: configured }: Config,
  own: () => string,
): Pick<Secrets, 'assertionPublicKey' | 'mcpAssertionKey'> {
  if (configured) return { assertionPublicKey: createPublicKey(configured) };
  const mcpAssertionKey = own();
  return { assertionPublicKey: createPublicKey(createPrivateKey(mcpAssertionKey)), mcpAssertionKey };
}

/** What is made of the secrets, so that nobody else holds one. */
export interface DerivedSecrets {
  clientSecret: (agentId: string, epoch: number) => string;
  invitationCode: (id: string) => string;
  cursors: Cursors;
  challenges: Challenges;
}

export function deriveSecrets(secrets: Secrets, audience: string): DerivedSecrets {
  return {
    clientSecret: (agentId, epoch) => deriveClientSecret(secrets.credentialMasterSecret, agentId, epoch),
    invitationCode: (id) => deriveInvitationCode(secrets.credentialMasterSecret, id),
    cursors: createCursors(secrets.cursorSecret),
    challenges: createChallenges(secrets.recoveryChallengeSecret, audience),
  };
}

/** Who signs the log, and where it keeps what it has signed. */
export async function readLogging(config: Config, audience: string): Promise<{ signer: LogSigner; file: string }> {
  const given = {
    privateKey: config.LOG_SIGNING_KEY ?? (await loadLogKey(config.DATA_DIR)),
    previousKey: config.LOG_PREVIOUS_SIGNING_KEY,
    origin: config.LOG_ORIGIN,
  };
  const file = config.LOG_CHECKPOINT_FILE ?? join(config.DATA_DIR, 'log-checkpoint.txt');
  return { signer: describeLogSigner(given, audience), file };
}

/** The configured key of the consolidator (Ed25519), or one made of the master secret. */
export function readConsolidatorKey(
  { CONSOLIDATOR_SIGNING_KEY: configured }: Config,
  { credentialMasterSecret }: Secrets,
): { publicKey: string; sign: (input: string) => string } {
  const made = () => Buffer.from(deriveClientSecret(credentialMasterSecret, 'consolidator', 0), 'base64url');
  const seed = configured ?? made().toString('base64');
  return { publicKey: derivePublicKey(seed), sign: (input) => sign(seed, input) };
}
