import { expect } from 'chai';
import { storeAgent } from '../../src/db/agents/storeAgent.js';
import { startIdentityServer, type IdentityServer } from '../../src/embedded/identity/server.js';
import { oauthRoutes } from '../../src/http/routes/oauth.js';
import type { Identity } from '../../src/ports/identity.js';
import { describeNewAgent } from '../../src/rules/registration.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { startFaultyProxy, type FaultyProxy } from '../support/faultyProxy.js';
import { sendRaw, serve } from '../support/http.js';
import { newClient } from '../support/identityPort.js';
import { API, MCP, registrationRequest } from '../support/registration.js';
import { connectIdentity, deriveTestSecret } from '../support/world.js';

describe('the OAuth2 endpoints', () => {
  let database: FreshDatabase;
  let identityServer: IdentityServer;
  let proxy: FaultyProxy;
  let identity: Identity;
  let server: Awaited<ReturnType<typeof serve>>;
  let client: ReturnType<typeof newClient>;

  before(async () => {
    database = await freshDatabase();
    identityServer = await startIdentityServer(database.db);
    proxy = await startFaultyProxy(identityServer.url);
    identity = connectIdentity({ url: proxy.url, apiKey: identityServer.apiKey });
    const tokens = { audience: API, tokenAudiences: [API, MCP], clientSecret: deriveTestSecret };
    const options = { db: database.db, identity, ...tokens };
    server = await serve(oauthRoutes(options));
    const agent = describeNewAgent(registrationRequest(), { role: 'agent', audience: [API, MCP] });
    await storeAgent(database.db, agent);
    client = newClient({ clientId: agent.agentId, scope: 'agent', audience: [API, MCP] });
    await identity.clients.create(client);
  });

  after(async () => {
    await server.stop();
    await proxy.close();
    await identityServer.close();
    await database.drop();
  });

  beforeEach(() => {
    proxy.fate = () => 'pass';
    proxy.requests = [];
  });

  async function post(path: string, body: string | URLSearchParams, headers: Record<string, string> = {}) {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(server.url + path, { method: 'POST', body, headers: { ...type, ...headers } });
    const text = await response.text();
    const answer = (text === '' ? {} : JSON.parse(text)) as Record<string, string>;
    return { status: response.status, headers: response.headers, answer };
  }

  const form = (changes: Record<string, string> = {}) =>
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.clientId,
      client_secret: client.clientSecret,
      ...changes,
    });
  const basic = (secret = client.clientSecret) => ({
    authorization: `Basic ${Buffer.from(`${client.clientId}:${secret}`).toString('base64')}`,
  });

  async function audienceOf(changes: Record<string, string>): Promise<string[] | undefined> {
    const { answer } = await post('/oauth2/token', form(changes));
    return (await identity.tokens.introspect(answer['access_token'] ?? ''))?.audience;
  }

  it('gives a token by the form and by HTTP Basic, and forbids caching it', async () => {
    const grant = new URLSearchParams({ grant_type: 'client_credentials' });
    for (const given of [await post('/oauth2/token', form()), await post('/oauth2/token', grant, basic())]) {
      expect(given.status).to.equal(200);
      expect(given.headers.get('cache-control')).to.equal('no-store');
      expect(given.answer).to.include({ token_type: 'bearer' }).and.to.have.property('access_token');
    }
  });

  it('makes tokens for the resource that is asked for, and for this API where none is', async () => {
    expect(await audienceOf({})).to.deep.equal([API]);
    expect(await audienceOf({ resource: MCP })).to.deep.equal([MCP]);
    expect(await audienceOf({ resource: `${API}/` })).to.deep.equal([API]);
    expect(await audienceOf({ audience: `${API} ${MCP}` })).to.deep.equal([API, MCP]);
  });

  const refusals: [string, (given: URLSearchParams) => string | URLSearchParams, string, number][] = [
    ['another resource', (given) => (given.set('resource', 'https://evil.example'), given), 'invalid_target', 400],
    ['another grant', (given) => (given.set('grant_type', 'password'), given), 'unsupported_grant_type', 400],
    ['no grant', (given) => (given.delete('grant_type'), given), 'invalid_request', 400],
    ['a scope that the client has not', (given) => (given.set('scope', 'root'), given), 'invalid_scope', 400],
    ['a wrong secret', (given) => (given.set('client_secret', 'wrong-secret'), given), 'invalid_client', 401],
    ['no secret', (given) => (given.delete('client_secret'), given), 'invalid_client', 401],
    ['a parameter twice', (given) => `${given.toString()}&scope=agent&scope=agent`, 'invalid_request', 400],
    ['NUL', (given) => (given.set('client_id', 'a\0'), given), 'invalid_request', 400],
    ['a line break', (given) => (given.set('client_id', 'a\r\nX-Injected: 1'), given), 'invalid_client', 401],
    ['nothing', () => '', 'invalid_request', 400],
    ['far too much', (given) => (given.set('scope', 'x'.repeat(70_000)), given), 'invalid_request', 413],
  ];
  for (const [what, change, error, status] of refusals) {
    it(`answers ${what} by ${error} in an OAuth2 body`, async () => {
      const given = await post('/oauth2/token', change(form()));
      expect(given.answer).to.include({ error }).and.to.have.property('error_description');
      expect(given.status).to.equal(status);
      expect(given.headers.get('content-type')).to.match(/^application\/json/);
      expect(given.headers.get('cache-control')).to.equal('no-store');
      if (status === 401) expect(given.headers.get('www-authenticate')).to.match(/^Basic /);
      expect(given.headers.has('x-injected')).to.equal(false);
    });
  }

  it('refuses credentials in two places, and JSON', async () => {
    expect((await post('/oauth2/token', form(), basic())).answer).to.include({ error: 'invalid_request' });
    const json = await post('/oauth2/token', '{}', { 'content-type': 'application/json' });
    expect(json.answer).to.include({ error: 'invalid_request' });
  });

  it('takes no request with two Authorization headers', async () => {
    const body = 'grant_type=client_credentials';
    const head = [
      'POST /oauth2/token HTTP/1.1',
      'Host: x',
      'Connection: close',
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${body.length}`,
      `Authorization: ${basic('wrong-secret').authorization}`,
      `Authorization: ${basic().authorization}`,
    ];
    expect(await sendRaw(server.port, `${head.join('\r\n')}\r\n\r\n${body}`)).to.match(/^HTTP\/1.1 400 /);
  });

  it('says temporarily_unavailable while the identity server is away, and nothing about why', async () => {
    proxy.fate = () => 'fail';
    const given = await post('/oauth2/token', form());
    expect([given.status, given.answer['error']]).to.deep.equal([503, 'temporarily_unavailable']);
    expect(given.headers.get('retry-after')).to.not.equal(null);
  });

  it('revokes a token, answers an unknown one alike, and refuses a wrong secret', async () => {
    const { answer } = await post('/oauth2/token', form());
    const token = answer['access_token'] ?? '';
    expect((await post('/oauth2/revoke', form({ token, client_secret: 'wrong-secret' }))).status).to.equal(401);
    expect(await identity.tokens.introspect(token)).to.not.equal(undefined);
    expect((await post('/oauth2/revoke', form({ token }))).status).to.equal(200);
    expect(await identity.tokens.introspect(token)).to.equal(undefined);
    expect((await post('/oauth2/revoke', form({ token }))).status).to.equal(200);
    expect((await post('/oauth2/revoke', form())).answer).to.include({ error: 'invalid_request' });
  });

  it('tells where and how to get tokens', async () => {
    const response = await fetch(`${server.url}/.well-known/oauth-authorization-server`);
    expect(await response.json()).to.deep.include({
      issuer: API,
      token_endpoint: `${API}/oauth2/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    });
  });

  it('logs no secret and no token', () => {
    expect(JSON.stringify(server.lines)).not.to.contain(client.clientSecret).and.not.to.contain('moltnet_at_');
  });
});
