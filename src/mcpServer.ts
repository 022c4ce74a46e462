import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@moltnet/sdk';
import type { Config } from './config.js';
import { AppError } from './errors.js';
import { ipGuard } from './http/ipGuard.js';
import { listen } from './http/listen.js';
import { refuseRepeatedHeaders } from './http/repeatedHeaders.js';
import { createMcpApp, type McpAppOptions, type TokenAccess } from './mcp/app.js';
import { createAssertions } from './mcp/assertions.js';
import { createClientMaker, createCredentialsTrade, createTokenFinder } from './mcpAccess.js';
import { createOryIdentity, oryUrls } from './ports/ory/identity.js';
import { log } from './telemetry.js';
import { VERSION } from './version.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** What fails is tried again once: an agent's client gives up after a minute, and decides better than we do. */
const TO_API = { retries: 1, timeoutMs: 40_000 };

/** So long calls in flight may go on when it stops; what clients hold open to listen would never end by itself. */
const CALLS_MS = 10_000;

/** Coarse, by address, before a token is looked up; as at the API. */
const MAX_REQUESTS_PER_SECOND = 200;

/** The MCP server of this process. It keeps nothing, and knows the API as any client does. */
export async function startMcpServer(config: Config): Promise<{ url: string; stop(): Promise<void> }> {
  const mcp = createMcpApp({
    version: VERSION,
    log,
    resource: resourceOf(config),
    authorizationServer: apiAudience(config),
    origins: config.CORS_ORIGINS,
    trustProxy: config.TRUST_PROXY,
    guard: [ipGuard(MAX_REQUESTS_PER_SECOND), refuseRepeatedHeaders],
    access: config.AUTH_ENABLED ? byToken(config) : await asLocalAgent(config),
  });
  const listening = await listen(mcp.app, { host: config.HOST, port: config.MCP_PORT, setting: 'MCP_PORT' });
  return {
    url: listening.url,
    async stop() {
      const closed = listening.close(config.SHUTDOWN_TIMEOUT_MS);
      await Promise.race([closed, delay(CALLS_MS, undefined, { ref: false })]);
      await mcp.close();
      await closed;
    },
  };
}

function resourceOf(config: Config): URL {
  return new URL(config.MCP_RESOURCE_URI ?? `http://localhost:${config.MCP_PORT}/mcp`);
}

/** The API as its tokens and assertions name it. */
function apiAudience(config: Config): string {
  return config.API_BASE_URL ?? `http://localhost:${config.PORT}`;
}

/** Where the API is reached from here. */
function apiUrl(config: Config): string {
  return config.REST_API_URL ?? apiAudience(config);
}

/**
 * Each caller by their token, which goes no further than the identity service. Towards the API the server speaks as itself,
 * and says with each request, signed, whom it is for.
 */
function byToken(config: Config): TokenAccess {
  const { url, apiKey, key } = requireSettings(config);
  const urls = oryUrls(url, {
    hydraPublic: config.ORY_HYDRA_PUBLIC_URL,
    hydraAdmin: config.ORY_HYDRA_ADMIN_URL,
    kratosAdmin: config.ORY_KRATOS_ADMIN_URL,
    ketoRead: config.ORY_KETO_READ_URL,
    ketoWrite: config.ORY_KETO_WRITE_URL,
  });
  const identity = createOryIdentity({ urls, apiKey, schemaId: config.ORY_IDENTITY_SCHEMA_ID });
  const assertAgent = createAssertions({ key, audience: apiAudience(config) });
  return {
    findToken: createTokenFinder(identity, { freeLoopback: !config.production }),
    clientFor: createClientMaker({ baseUrl: apiUrl(config), ...TO_API }, assertAgent),
    ...(config.CLIENT_CREDENTIALS_PROXY && { traded: createCredentialsTrade(identity, resourceOf(config)) }),
  };
}

/** All that is missing is told at once. */
function requireSettings(config: Config): { url: string; apiKey: string; key: string } {
  const { ORY_PROJECT_URL: url, ORY_PROJECT_API_KEY: apiKey, MCP_ASSERTION_KEY: key } = config;
  const missing = Object.entries({ ORY_PROJECT_URL: url, ORY_PROJECT_API_KEY: apiKey, MCP_ASSERTION_KEY: key })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
  if (url !== undefined && apiKey !== undefined && key !== undefined) return { url, apiKey, key };
  throw new AppError(
    'Misconfigured',
    `The MCP server needs ${missing.join(', ')}. \`npm start\` passes them on from the server; alone on this machine, AUTH_ENABLED=false does without.`,
  );
}

/** Everyone who can reach the port is one agent, so nobody outside this machine may reach it. */
async function asLocalAgent(config: Config): Promise<McpAppOptions['access']> {
  if (config.production || !LOOPBACK.has(config.HOST)) {
    throw new AppError(
      'Misconfigured',
      'AUTH_ENABLED=false gives everyone who reaches the port the rights of one agent: it works on loopback only (HOST=127.0.0.1), and not in production.',
    );
  }
  const path = join(config.DATA_DIR, 'agent.json');
  const { clientId, clientSecret, fingerprint } = await readAgent(path);
  log.warn(`AUTH_ENABLED=false: every program on this machine acts as the agent ${fingerprint} (${path})`);
  return { client: createClient({ baseUrl: apiUrl(config), clientId, clientSecret, ...TO_API }) };
}

async function readAgent(path: string): Promise<{ clientId: string; clientSecret: string; fingerprint: string }> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Awaited<ReturnType<typeof readAgent>>;
  } catch (error) {
    throw new AppError(
      'Misconfigured',
      `AUTH_ENABLED=false acts as the agent of ${path}, which cannot be read. The server makes it at its first start; DATA_DIR says where.`,
      { cause: error },
    );
  }
}
