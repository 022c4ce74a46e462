import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from './config.js';
import { storeConsolidator } from './db/agents/storeConsolidator.js';
import { openDatabase, type Db } from './db/database.js';
import { activateFilledModel, registerModel } from './db/embeddings/models.js';
import { assertMigrated, migrate } from './db/migrate.js';
import { EMBEDDED_DATABASE_LIMITS, startEmbeddedDatabase } from './embedded/database/startEmbeddedDatabase.js';
import { startIdentityServer } from './embedded/identity/server.js';
import { createApp } from './http/app.js';
import { createAuthenticator } from './http/authenticate.js';
import { listen, type Listening } from './http/listen.js';
import { createRateLimits } from './http/rateLimits.js';
import { createReadiness } from './http/readiness.js';
import { listRoutes } from './http/routes.js';
import type { Services } from './http/services.js';
import { createSessions } from './http/sessions.js';
import { chooseEmbedder } from './ports/embedder/chooseEmbedder.js';
import { withRehearsal } from './ports/embedder/rehearsal.js';
import { createLexicalEmbedder } from './ports/embedder/lexicalEmbedder.js';
import type { Embedder } from './ports/embedder.js';
import type { Identity } from './ports/identity.js';
import { setPorts } from './ports/index.js';
import { createOryIdentity, oryUrls } from './ports/ory/identity.js';
import type { LogSigner } from './rules/logKey.js';
import { listComponents } from './runtime/components.js';
import { APP_VERSION, launchDbos, stopDbos } from './runtime/dbos.js';
import { startEmbeddingTrigger } from './runtime/embeddingTrigger.js';
import { startEventFeed, type EventFeed } from './runtime/eventFeed.js';
import { startExecutor } from './runtime/executors.js';
import { ensureLocalAgent, issueLocalToken, type LocalAgent } from './runtime/localAgents.js';
import { createLogPublisher } from './runtime/logPublisher.js';
import { createQueryEmbedding } from './runtime/queryEmbedding.js';
import { startSweeper } from './runtime/recovery.js';
import { startSequencer } from './runtime/sequencer.js';
import { Shutdown } from './runtime/shutdown.js';
import { startRunAs } from './runtime/startRun.js';
import { startTupleTrigger } from './runtime/tupleTrigger.js';
import { createWriteIntake, type StartWriteRun, type WriteIntake } from './runtime/writeIntake.js';
import { deriveSecrets, readConsolidatorKey, readLogging, readSecrets } from './secrets.js';
import { log } from './telemetry.js';
import { writeEntries } from './workflows/writeEntries.js';

/** The server and DBOS executor of this process, with what a fresh machine needs to know of it. */
export interface Server {
  url: string;
  /** The embedded neighbours, by what they stand for. */
  embedded: ('database' | 'identity')[];
  semantic: boolean;
  /** In embedded mode: an agent to try things as, with a token, and the file of the operator. */
  local: { agent: LocalAgent; token: string; operatorFile: string } | undefined;
  /** The environment of an MCP server beside this one. */
  mcp: Record<string, string>;
  /** Takes no new work, lets go of what is running within the time limit, and gives up its leases. */
  stop(): Promise<void>;
  /** Resolves if an embedded neighbour ends by itself: the process had better end too. */
  died: Promise<Error>;
}

/** Starts everything, in the order in which the parts need each other; what was started stops in reverse. */
export async function startServer(config: Config): Promise<Server> {
  const shutdown = new Shutdown(log);
  try {
    return await start(config, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function start(config: Config, shutdown: Shutdown): Promise<Server> {
  const { urls, died } = await provideDatabase(config, shutdown);
  const embeddedDatabase = config.DATABASE_URL === undefined;
  const { db, systemDb } = openPools(urls, shutdown);
  const secrets = await readSecrets(config);
  const audience = config.API_BASE_URL ?? `http://localhost:${config.PORT}`;
  const mcpResource = config.MCP_RESOURCE_URI ?? `http://localhost:${config.MCP_PORT}/mcp`;
  const tokenAudiences = [audience, mcpResource];
  const logging = await readLogging(config, audience);
  const derived = deriveSecrets(secrets, audience);

  const { identity, access } = await provideIdentity(config, db, shutdown);
  const embedder = await provideEmbedder(config, db, shutdown);
  const { sign, publicKey } = readConsolidatorKey(config, secrets);
  const outside = { embedder: embedder.port, modelId: embedder.modelId, identity, tokenAudiences };
  const consolidator = { ...(await storeConsolidator(db, publicKey)), sign };
  setPorts({ db, databaseUrl: urls.app, systemDb, ...outside, clientSecret: derived.clientSecret, consolidator });

  const self = { executorId: config.executorId, embedded: embeddedDatabase, log };
  await launchExecutor(config, { db, systemDatabaseUrl: urls.system, ...self }, shutdown);
  const { wake, feed } = startLoops({ db, systemDb, ...self, canEmbed: embedder.canEmbed, logging }, shutdown);
  const intake = openWriteIntake(config, shutdown);
  const databaseLimits = embeddedDatabase ? EMBEDDED_DATABASE_LIMITS : undefined;
  const parts = { db, systemDb, ...self, embedder: embedder.port, identity, databaseLimits };
  const services = {
    db,
    systemDb,
    identity,
    intake,
    queryEmbedding: createQueryEmbedding(db, embedder.forQueries),
    audience,
    tokenAudiences,
    ...derived,
    registration: config.REGISTRATION,
    actionKey: config.ORY_ACTION_API_KEY,
    sessions: createSessions({ db, audience }),
    logSigner: logging.signer,
    feed,
    readiness: createReadiness(listComponents(parts), { log }),
    wake,
  };
  const local = config.production ? undefined : await provideLocalAgents(config, services);
  const listening = await serveApi(config, services, secrets.assertionPublicKey, shutdown);
  return {
    url: listening.url,
    embedded: [
      ...(embeddedDatabase ? (['database'] as const) : []),
      ...(access.embedded ? (['identity'] as const) : []),
    ],
    semantic: embedder.port.model?.semantic ?? false,
    local,
    mcp: {
      REST_API_URL: listening.url,
      API_BASE_URL: audience,
      MCP_RESOURCE_URI: mcpResource,
      ...mcpSecrets(access, secrets.mcpAssertionKey),
    },
    stop: () => shutdown.run(),
    died,
  };
}

function mcpSecrets({ url, apiKey }: IdentityAccess, assertionKey: string | undefined): Record<string, string> {
  const identity = { ORY_PROJECT_URL: url, ORY_PROJECT_API_KEY: apiKey };
  return assertionKey === undefined ? identity : { ...identity, MCP_ASSERTION_KEY: assertionKey };
}

async function serveApi(
  config: Config,
  services: Services,
  assertionKey: KeyObject | undefined,
  shutdown: Shutdown,
): Promise<Listening> {
  const { db, identity, audience, sessions } = services;
  const stopping = new AbortController();
  const rateLimits = createRateLimits({ db, log, changes: config.RATE_LIMITS, freeLoopback: !config.production });
  const app = createApp({
    routes: listRoutes(services),
    authenticate: createAuthenticator({ db, identity, audience, assertionKey, rateLimits, sessions }),
    rateLimits,
    log,
    corsOrigins: config.CORS_ORIGINS,
    trustProxy: config.TRUST_PROXY,
    maxRequestsPerSecondPerAddress: config.ADDRESS_RATE_LIMIT,
    maxRequestsPerSecondPerAgent: config.AGENT_RATE_LIMIT,
    stopping: stopping.signal,
    checkResponses: config.NODE_ENV === 'test',
  });
  const listening = await listen(app, { host: config.HOST, port: config.PORT });
  shutdown.add('the API', async () => {
    stopping.abort();
    await listening.close(config.SHUTDOWN_TIMEOUT_MS);
  });
  return listening;
}

const NEVER = new Promise<never>(() => undefined);

/** The database that is configured, or an embedded one; migrated, unless a deployment does that as its release command. */
async function provideDatabase(
  config: Config,
  shutdown: Shutdown,
): Promise<{ urls: { app: string; system: string }; died: Promise<Error> }> {
  const configured = config.DATABASE_URL;
  if (configured !== undefined) {
    const urls = { app: configured, system: config.systemDatabaseUrl ?? configured };
    const prepare = config.production ? assertMigrated : migrate;
    await prepare({ databaseUrl: urls.app, systemDatabaseUrl: urls.system });
    return { urls, died: NEVER };
  }
  const embedded = await startEmbeddedDatabase({ dataDir: join(config.DATA_DIR, 'database') });
  shutdown.add('the embedded database', () => embedded.stop());
  await migrate({ databaseUrl: embedded.url });
  return { urls: { app: embedded.url, system: embedded.url }, died: embedded.died };
}

function openPools(urls: { app: string; system: string }, shutdown: Shutdown): { db: Db; systemDb: Db } {
  const db = openDatabase(urls.app);
  shutdown.add('the database pool', () => db.destroy());
  if (urls.system === urls.app) return { db, systemDb: db };
  const systemDb = openDatabase(urls.system, { max: 4 });
  shutdown.add('the system database pool', () => systemDb.destroy());
  return { db, systemDb };
}

interface IdentityAccess {
  url: string;
  apiKey: string;
  embedded: boolean;
}

async function provideIdentity(
  config: Config,
  db: Db,
  shutdown: Shutdown,
): Promise<{ identity: Identity; access: IdentityAccess }> {
  const access = await findIdentityAccess(config, db, shutdown);
  const { url, apiKey } = access;
  const urls = oryUrls(url, {
    hydraPublic: config.ORY_HYDRA_PUBLIC_URL,
    hydraAdmin: config.ORY_HYDRA_ADMIN_URL,
    kratosAdmin: config.ORY_KRATOS_ADMIN_URL,
    ketoRead: config.ORY_KETO_READ_URL,
    ketoWrite: config.ORY_KETO_WRITE_URL,
  });
  return { identity: createOryIdentity({ urls, apiKey, schemaId: config.ORY_IDENTITY_SCHEMA_ID }), access };
}

async function findIdentityAccess(config: Config, db: Db, shutdown: Shutdown): Promise<IdentityAccess> {
  if (config.ORY_PROJECT_URL) return { url: config.ORY_PROJECT_URL, apiKey: config.ORY_API_KEY ?? '', embedded: false };
  const server = await startIdentityServer(db);
  shutdown.add('the embedded identity server', () => server.close());
  return { url: server.url, apiKey: server.apiKey, embedded: true };
}

interface EmbedderParts {
  port: Embedder;
  /** The one that new vectors are computed with, and the one that may have computed the old ones. */
  forQueries: Embedder[];
  modelId: () => number;
  canEmbed: () => boolean;
}

async function provideEmbedder(config: Config, db: Db, shutdown: Shutdown): Promise<EmbedderParts> {
  const chosen = await chooseEmbedder({
    configured: config.EMBEDDING_MODEL,
    modelDir: config.EMBEDDING_MODEL_DIR,
    production: config.production,
    log,
  });
  const port = config.production ? chosen : withRehearsal(chosen, join(config.DATA_DIR, 'fail-embeddings'));
  shutdown.add('the embedder', () => port.stop());
  const { model } = port;
  if (!model) {
    const modelId = () => {
      throw new Error('There is no embedding model, so no vector has a place.');
    };
    return { port, forQueries: [createLexicalEmbedder()], modelId, canEmbed: () => false };
  }
  const { dimensions: _, ...identity } = model;
  const row = await registerModel(db, identity);
  await activateFilledModel(db, row.id);
  void port.warm();
  return { port, forQueries: [port, createLexicalEmbedder()], modelId: () => row.id, canEmbed: () => true };
}

/** The lease first, so that no work is ever written down for an executor without a row. */
async function launchExecutor(
  config: Config,
  self: { db: Db; systemDatabaseUrl: string; executorId: string; embedded: boolean },
  shutdown: Shutdown,
): Promise<void> {
  const { db, executorId: id, embedded, systemDatabaseUrl } = self;
  const queues = config.WORKER_QUEUES;
  const lease = await startExecutor({ db, id, appVersion: APP_VERSION, queues: queues ?? [], embedded, log });
  shutdown.add('the executor', () => lease.stop());
  await launchDbos({ systemDatabaseUrl, executorId: id, log, queues, embedded });
  shutdown.add('DBOS', () => stopDbos({ drainMs: config.SHUTDOWN_TIMEOUT_MS }));
}

function openWriteIntake(config: Config, shutdown: Shutdown): WriteIntake {
  const intake = createWriteIntake(startWriteRun);
  // With the database away its writes do not end; DBOS takes them up again at the next start.
  shutdown.add('the write intake', () =>
    Promise.race([intake.close(), sleep(config.SHUTDOWN_TIMEOUT_MS, undefined, { ref: false })]),
  );
  return intake;
}

const startWriteRun: StartWriteRun = async (runId, entries) => {
  const agents = [...new Set(entries.map((entry) => entry.authorId))];
  const about = { agents, entries: entries.map((entry) => entry.id) };
  return startRunAs(runId, writeEntries, about, runId, entries);
};

/** Starts what goes on beside the requests; `wake` tells it of a change. */
function startLoops(
  options: Parameters<typeof startSweeper>[0] & {
    canEmbed: () => boolean;
    logging: { signer: LogSigner; file: string };
  },
  shutdown: Shutdown,
): { wake: () => void; feed: EventFeed } {
  const sweeper = startSweeper(options);
  const feed = startEventFeed(options);
  const publish = createLogPublisher({ ...options, ...options.logging });
  const sequencer = startSequencer({ ...options, onAdvance: () => feed.wake(), publish });
  const embedding = startEmbeddingTrigger(options);
  const tuples = startTupleTrigger(options);
  for (const [name, loop] of Object.entries({ sweeper, feed, sequencer, embedding, tuples })) {
    shutdown.add(`the ${name} loop`, () => loop.stop());
  }
  const wake = (): void => {
    sequencer.wake();
    embedding.wake();
    tuples.wake();
  };
  return { wake, feed };
}

async function provideLocalAgents(config: Config, services: Services): Promise<NonNullable<Server['local']>> {
  const { db, identity, audience, tokenAudiences, clientSecret } = services;
  const agents = { db, dataDir: config.DATA_DIR, tokenAudiences, clientSecret };
  const operatorFile = 'operator.json';
  await ensureLocalAgent(agents, { file: operatorFile, name: 'operator', role: 'operator' });
  const agent = await ensureLocalAgent(agents, { file: 'agent.json', name: 'first agent', role: 'agent' });
  const token = await issueLocalToken(identity, agent, audience);
  return { agent, token, operatorFile: join(config.DATA_DIR, operatorFile) };
}
