import { DBOS } from '@dbos-inc/dbos-sdk';
import { fingerprint, generateKeyPair, generateSalt, keyId, sign, type KeyPair } from '@moltnet/protocol';
import { randomUUID } from 'node:crypto';
import { storeConsolidator } from '../../src/db/agents/storeConsolidator.js';
import type { Db } from '../../src/db/database.js';
import { startIdentityServer, type IdentityServer } from '../../src/embedded/identity/server.js';
import { activateFilledModel, registerModel } from '../../src/db/embeddings/models.js';
import { AppError } from '../../src/errors.js';
import { createLexicalEmbedder } from '../../src/ports/embedder/lexicalEmbedder.js';
import { setPorts, type Ports } from '../../src/ports/index.js';
import { createOryIdentity, oryUrls } from '../../src/ports/ory/identity.js';
import { deriveClientSecret } from '../../src/rules/clientSecret.js';
import type { NewEntry } from '../../src/rules/newEntry.js';
import { launchDbos, stopDbos } from '../../src/runtime/dbos.js';
import type { Log } from '../../src/telemetry.js';
import { createDiary } from '../../src/workflows/createDiary.js';
import { freshDatabase } from './database.js';
import { silentLog } from './log.js';
import { API, MCP } from './registration.js';

export interface Author {
  agentId: string;
  keyId: string;
  keys: KeyPair;
}

/** A database with DBOS launched on it and the ports set: what a workflow finds in a running server. */
export interface World {
  db: Db;
  url: string;
  ports: Ports;
  identityServer: IdentityServer;
  agent(): Promise<Author>;
  diary(owner: Author): Promise<string>;
  stop(): Promise<void>;
}

/** A text that the world's embedder refuses while `poison.works` is false. */
export const poison = { text: 'this text is poison', works: false };

function poisonable(): Ports['embedder'] {
  const lexical = createLexicalEmbedder();
  return {
    embedPassage(text) {
      if (text.includes(poison.text) && !poison.works) {
        return Promise.reject(new AppError('EmbeddingFailed', 'The model failed on the text.'));
      }
      return lexical.embedPassage(text);
    },
  };
}

const consolidatorKey = generateKeyPair();
const signAsConsolidator = (input: string) => sign(consolidatorKey.privateKey, input);

export async function startWorld({ log = silentLog }: { log?: Log } = {}): Promise<World> {
  const { db, url, drop } = await freshDatabase();
  const model = createLexicalEmbedder().model;
  if (!model) throw new Error('the lexical embedder has no model');
  const { dimensions: _, ...identity } = model;
  const row = await registerModel(db, identity);
  await activateFilledModel(db, row.id);
  const identityServer = await startIdentityServer(db);
  const ports = {
    db,
    systemDb: db,
    databaseUrl: url,
    embedder: poisonable(),
    modelId: () => row.id,
    identity: connectIdentity(identityServer),
    tokenAudiences: [API, MCP],
    clientSecret: deriveTestSecret,
    consolidator: { ...(await storeConsolidator(db, consolidatorKey.publicKey)), sign: signAsConsolidator },
  };
  setPorts(ports);
  await launchDbos({
    systemDatabaseUrl: url,
    executorId: `test-${randomUUID()}`,
    log,
    embedded: !process.env['TEST_DATABASE_URL'],
    schedules: [],
  });
  return {
    db,
    url,
    ports,
    identityServer,
    agent: () => insertAgent(db),
    diary: (owner) => addDiary(owner),
    async stop() {
      await stopDbos({ drainMs: 2_000 });
      await identityServer.close();
      await drop();
    },
  };
}

export function connectIdentity({ url, apiKey }: Pick<IdentityServer, 'url' | 'apiKey'>): Ports['identity'] {
  return createOryIdentity({
    urls: oryUrls(url),
    apiKey,
    schemaId: 'agent',
    limits: { attemptTimeoutMs: 2_000, firstPauseMs: 10 },
  });
}

export function deriveTestSecret(agentId: string, epoch: number): string {
  return deriveClientSecret('a master secret of the tests, 32+', agentId, epoch);
}

async function insertAgent(db: Db): Promise<Author> {
  const keys = generateKeyPair();
  const { publicKey } = keys;
  const author = { agentId: randomUUID(), keyId: keyId(publicKey), keys };
  await db('agents').insert({ id: author.agentId, key_id: author.keyId, fingerprint: fingerprint(author.keyId) });
  await db('agent_keys').insert({ key_id: author.keyId, agent_id: author.agentId, epoch: 1, public_key: publicKey });
  return author;
}

async function addDiary(owner: Author): Promise<string> {
  const id = randomUUID();
  await createDiary({
    id,
    ownerId: owner.agentId,
    name: 'notes',
    description: '',
    visibility: 'private',
    createdAt: now(),
    requestHash: 'r',
  });
  return id;
}

export function now(): string {
  return new Date().toISOString();
}

/** An entry as a door would hand it on. */
export function draft(author: Author, diaryId: string, content: string, more: Partial<NewEntry> = {}): NewEntry {
  return {
    id: randomUUID(),
    diaryId,
    authorId: author.agentId,
    authorKeyId: author.keyId,
    type: 'episodic',
    title: '',
    content,
    tags: [],
    importance: 5,
    salt: generateSalt(),
    createdAt: now(),
    ...more,
  };
}

/** Runs a finished run once more from its first step, as an operator's fork does. */
export async function forkFromStart(workflowId: string): Promise<unknown> {
  const handle = await DBOS.forkWorkflow(workflowId, 0);
  return handle.getResult();
}
