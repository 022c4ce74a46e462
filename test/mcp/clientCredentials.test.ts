import { expect } from 'chai';
import { readConfig } from '../../src/config.js';
import { raiseAuthEpoch } from '../../src/db/agents/principals.js';
import { startMcpServer } from '../../src/mcpServer.js';
import { log } from '../../src/telemetry.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { startFaultyProxy, type FaultyProxy } from '../support/faultyProxy.js';
import { recordingLog, type LogLine } from '../support/http.js';
import { registerCredentials, RESOURCE, type Credentials } from '../support/mcp.js';
import { startRelay, type Relay } from '../support/relay.js';
import { AUDIENCE, startTestServer, type TestServer } from '../support/server.js';
import { connectIdentity } from '../support/world.js';

const TOKEN = 'POST /oauth2/token';
const INTROSPECTION = 'POST /admin/oauth2/introspect';
const LEVELS = ['error', 'warn', 'info', 'debug'] as const;
const CALL = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'moltnet_whoami', arguments: {} },
});

describe('Client credentials at the MCP door', function () {
  this.timeout(60_000);
  const lines: LogLine[] = [];
  const real = Object.fromEntries(LEVELS.map((level) => [level, log[level].bind(log)]));
  let database: FreshDatabase;
  let api: TestServer;
  let identity: FaultyProxy;
  let relay: Relay;
  const servers: Awaited<ReturnType<typeof startMcpServer>>[] = [];

  before(async () => {
    database = await freshDatabase();
    api = await startTestServer({ DATABASE_URL: database.url });
    identity = await startFaultyProxy(api.server.mcp['ORY_PROJECT_URL']!);
    relay = await startRelay();
    relay.target = api.url;
    Object.assign(log, recordingLog(lines));
  });
  after(async () => {
    Object.assign(log, real);
    relay.close();
    await identity.close();
    await api.stop();
    await database.drop();
  });
  beforeEach(() => {
    identity.fate = () => 'pass';
    identity.requests = [];
    relay.seen.length = 0;
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });

  async function start(env: Record<string, string> = { CLIENT_CREDENTIALS_PROXY: 'true' }): Promise<string> {
    const wired = { ...api.server.mcp, ORY_PROJECT_URL: identity.url, REST_API_URL: relay.url };
    const config = { NODE_ENV: 'test', MCP_PORT: '0', SHUTDOWN_TIMEOUT_MS: '3000', ...wired, ...env };
    const server = await startMcpServer(readConfig(config, 'mcp'));
    servers.push(server);
    return `${server.url}/mcp`;
  }
  const newCredentials = () => registerCredentials(api.url);

  async function call(url: string, credentials: Partial<Credentials> = {}, more: Record<string, string> = {}) {
    const { clientId, clientSecret } = credentials;
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(clientId !== undefined && { 'X-Client-Id': clientId }),
      ...(clientSecret !== undefined && { 'X-Client-Secret': clientSecret }),
      ...more,
    };
    const response = await fetch(url, { method: 'POST', headers, body: CALL });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
  const asked = (request: string) => identity.requests.filter((one) => one === request).length;

  it('count for nothing unless they are switched on, and go no further than the door', async () => {
    const url = await start({});
    const { status, headers } = await call(url, await newCredentials());
    expect(status).to.equal(401);
    expect(headers.get('www-authenticate')).to.include('resource_metadata=');
    expect(asked(TOKEN)).to.equal(0);
  });

  it('are traded for a token once, however many requests bring them at once', async () => {
    const url = await start();
    const credentials = await newCredentials();
    const answers = await Promise.all(Array.from({ length: 10 }, () => call(url, credentials)));
    for (const { status, text } of answers) {
      expect(status).to.equal(200);
      expect(text).to.include(credentials.clientId);
    }
    expect([asked(TOKEN), asked(INTROSPECTION)]).to.deep.equal([1, 2]);
  });

  it('are never passed on, nor logged, whatever comes beside them', async () => {
    const url = await start();
    const [credentials, other] = [await newCredentials(), await newCredentials()];
    lines.length = 0;
    await call(url, credentials);
    const token = await api.token(other).then(() => tokenFor(other));
    const beside = await call(url, credentials, { authorization: `Bearer ${token}` });
    expect(beside.text).to.include(other.clientId).and.not.include(credentials.clientId);
    await call(url, { ...credentials, clientSecret: 'wrong-and-secret' });
    await call(url, credentials, { origin: new URL(RESOURCE).origin });
    expect(relay.seen.length).to.be.at.least(2);
    const heard = JSON.stringify([relay.seen, lines]);
    for (const word of [credentials.clientSecret, 'wrong-and-secret', token, 'x-client']) {
      expect(heard.toLowerCase()).not.to.include(word.toLowerCase());
    }
  });

  async function tokenFor({ clientId, clientSecret }: Credentials): Promise<string> {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const body = new URLSearchParams({ ...form, resource: RESOURCE });
    const answer = await fetch(`${api.url}/oauth2/token`, { method: 'POST', body });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  it('are refused from pages, also those of origins that may ask, and over a line that others hear', async () => {
    const url = await start({ CLIENT_CREDENTIALS_PROXY: 'true', CORS_ORIGINS: 'https://inspector.test' });
    const credentials = await newCredentials();
    for (const more of [
      { origin: 'https://inspector.test' },
      { 'x-forwarded-for': '192.0.2.1' },
      { forwarded: 'for=192.0.2.1' },
      { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' },
    ]) {
      expect((await call(url, credentials, more)).status, JSON.stringify(more)).to.equal(403);
    }
    expect(asked(TOKEN)).to.equal(0);
  });

  it('are taken through a proxy that is trusted and says that TLS led to it', async () => {
    const url = await start({ CLIENT_CREDENTIALS_PROXY: 'true', TRUST_PROXY: '1' });
    const credentials = await newCredentials();
    const through = (proto: string) =>
      call(url, credentials, { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': proto });
    expect((await through('http')).status).to.equal(403);
    expect((await through('https')).status).to.equal(200);
  });

  it('that are wrong get the usual challenge, and after ten times none is asked about', async () => {
    const url = await start();
    const [credentials, other] = [await newCredentials(), await newCredentials()];
    expect((await call(url, credentials)).status).to.equal(200);
    identity.requests = [];
    for (let i = 0; i < 10; i++) {
      const { status, headers } = await call(url, { ...credentials, clientSecret: `wrong-${i}` });
      expect(status).to.equal(401);
      expect(headers.get('www-authenticate')).to.match(/^Bearer .*resource_metadata=/);
    }
    const limited = await call(url, { ...credentials, clientSecret: 'wrong-again' });
    expect(limited.status).to.equal(429);
    expect(Number(limited.headers.get('retry-after'))).to.be.within(1, 60);
    expect(asked(TOKEN)).to.equal(10);
    expect((await call(url, credentials)).status, 'the right ones, known by now').to.equal(200);
    expect((await call(url, other)).status, 'those of another client').to.equal(200);
  });

  it('are halves without each other, and odd ones are none', async () => {
    const url = await start();
    const { clientId, clientSecret } = await newCredentials();
    for (const odd of [
      { clientId },
      { clientSecret },
      { clientId: 'a b', clientSecret },
      { clientId, clientSecret: '' },
    ]) {
      expect((await call(url, odd)).status, JSON.stringify(odd)).to.equal(401);
    }
    expect(asked(TOKEN)).to.equal(0);
  });

  it('do not count as wrong while the identity service is away', async () => {
    const url = await start();
    const credentials = await newCredentials();
    identity.fate = () => 'fail';
    const away = await call(url, credentials);
    expect([away.status, away.headers.get('www-authenticate')]).to.deep.equal([503, null]);
    identity.fate = () => 'pass';
    expect((await call(url, credentials)).status).to.equal(200);
  });

  it('end at once when they are rotated', async () => {
    const url = await start();
    const credentials = await newCredentials();
    const { clientId } = credentials;
    expect((await call(url, credentials)).text).to.include(clientId);
    const clientSecret = 'another-secret-of-some-length';
    const ory = connectIdentity({ url: identity.url, apiKey: api.server.mcp['ORY_PROJECT_API_KEY']! });
    const client = { name: '', scope: 'agent', audience: [AUDIENCE, RESOURCE], metadata: {} };
    await ory.clients.replace({ clientId, clientSecret, ...client });
    await ory.tokens.revokeAll(clientId);
    await raiseAuthEpoch(database.db, clientId);

    const first = await call(url, credentials);
    expect(first.text).to.include('Unauthenticated').and.not.include('fingerprint');
    expect((await call(url, credentials)).status).to.equal(401);
    expect((await call(url, { clientId, clientSecret })).text).to.include('fingerprint');
  });
});
