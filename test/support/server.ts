import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, generateSalt, keyId, registrationSigningInput, sign, type KeyPair } from '@moltnet/protocol';
import { readConfig } from '../../src/config.js';
import type { LocalAgent } from '../../src/runtime/localAgents.js';
import { startServer, type Server } from '../../src/server.js';
import { log } from '../../src/telemetry.js';
import { freshDatabase } from './database.js';

export const AUDIENCE = 'http://api.test';

export interface Answer {
  status: number;
  headers: Headers;
  // Tests read what they expect and fail on what is not there.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface CallOptions {
  token?: string | undefined;
  body?: unknown;
  raw?: string;
  headers?: Record<string, string>;
}

export interface TestServer {
  server: Server;
  url: string;
  dataDir: string;
  operator: LocalAgent;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  token(credentials: { clientId: string; clientSecret: string }): Promise<string>;
  /** Registers a new agent and answers its token. */
  newAgent(name?: string, keys?: KeyPair): Promise<string>;
  stop(): Promise<void>;
}

/** The whole server in this process, on a database and a data directory of its own. */
export async function startTestServer(env: Record<string, string> = {}): Promise<TestServer> {
  log.level = 'error';
  const dataDir = await mkdtemp(join(tmpdir(), 'moltnet-server-'));
  const database = process.env['TEST_DATABASE_URL'] ? await freshDatabase() : undefined;
  const server = await startServer(
    readConfig({
      NODE_ENV: 'test',
      PORT: '0',
      DATA_DIR: dataDir,
      API_BASE_URL: AUDIENCE,
      MCP_RESOURCE_URI: 'http://mcp.test/mcp',
      EMBEDDING_MODEL: 'lexical',
      LOG_LEVEL: 'error',
      SHUTDOWN_TIMEOUT_MS: '3000',
      ...(database && { DATABASE_URL: database.url }),
      ...env,
    }),
  );
  const caller = createCaller(server.url);
  return {
    server,
    url: server.url,
    dataDir,
    operator: JSON.parse(await readFile(join(dataDir, 'operator.json'), 'utf8')) as LocalAgent,
    ...caller,
    async stop() {
      await server.stop();
      await database?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function createCaller(url: string): Pick<TestServer, 'call' | 'token' | 'newAgent'> {
  async function call(method: string, path: string, { token, body, raw, headers }: CallOptions = {}): Promise<Answer> {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(content !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  async function token({ clientId, clientSecret }: { clientId: string; clientSecret: string }): Promise<string> {
    const response = await fetch(`${url}/oauth2/token`, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const answer = (await response.json()) as { access_token?: string };
    if (!answer.access_token) throw new Error(`no token: ${JSON.stringify(answer)}`);
    return answer.access_token;
  }

  async function newAgent(name = 'tester', keys = generateKeyPair()): Promise<string> {
    const [nonce, issuedAt] = [generateSalt(), new Date().toISOString()];
    const input = registrationSigningInput({ audience: AUDIENCE, keyId: keyId(keys.publicKey), nonce, issuedAt });
    const proof = { nonce, issuedAt, signature: sign(keys.privateKey, input) };
    const answer = await call('POST', '/auth/register', { body: { publicKey: keys.publicKey, name, proof } });
    if (answer.status !== 201) throw new Error(`not registered: ${JSON.stringify(answer.body)}`);
    return token(answer.body.credentials);
  }

  return { call, token, newAgent };
}
