import { request } from 'node:http';
import { expect } from 'chai';
import { startIdentityServer, type IdentityServer } from '../../../src/embedded/identity/server.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

const AUDIENCE = 'https://api.example';
const SECRET = 'the-secret-of-this-client';

/** What the port does not ask for, because it is well-behaved: the wire itself. */
describe('the embedded identity server', () => {
  let database: FreshDatabase;
  let server: IdentityServer;

  before(async () => {
    database = await freshDatabase();
    server = await startIdentityServer(database.db);
    await createClient({ client_id: 'post-client', token_endpoint_auth_method: 'client_secret_post' });
    await createClient({ client_id: 'basic:client', token_endpoint_auth_method: 'client_secret_basic' });
  });

  after(async () => {
    await server.close();
    await database.drop();
  });

  const admin = (path: string, init: RequestInit = {}) =>
    fetch(server.url + path, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${server.apiKey}` },
    });

  async function createClient(changes: object): Promise<Response> {
    const body = {
      client_secret: SECRET,
      scope: 'agent',
      audience: [AUDIENCE],
      metadata: { agent_id: 'a' },
      ...changes,
    };
    const headers = { 'content-type': 'application/json' };
    return admin('/admin/clients', { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async function token(form: string | Record<string, string>, headers: Record<string, string> = {}) {
    const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(`${server.url}/oauth2/token`, {
      method: 'POST',
      body,
      headers: { ...type, ...headers },
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  }

  const post = { grant_type: 'client_credentials', client_id: 'post-client', client_secret: SECRET };
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });

  async function introspect(accessToken: unknown): Promise<Record<string, unknown>> {
    const body = new URLSearchParams({ token: String(accessToken) });
    return (await (await admin('/admin/oauth2/introspect', { method: 'POST', body })).json()) as Record<
      string,
      unknown
    >;
  }

  it("gives a token that keeps scope, audience and the client's metadata, and forbids caching it", async () => {
    const { status, headers, body } = await token({ ...post, scope: 'agent', audience: AUDIENCE });
    expect(status).to.equal(200);
    expect(headers.get('cache-control')).to.equal('no-store');
    expect(body).to.include({ token_type: 'bearer', expires_in: 3600, scope: 'agent' });
    expect(await introspect(body['access_token'])).to.deep.include({
      active: true,
      client_id: 'post-client',
      sub: 'post-client',
      aud: [AUDIENCE],
      scope: 'agent',
      ext: { agent_id: 'a' },
    });
  });

  it('takes HTTP Basic with form-encoded parts, and each client only by its own method', async () => {
    const grant = { grant_type: 'client_credentials' };
    expect((await token(grant, basic('basic%3Aclient', SECRET))).status).to.equal(200);
    expect((await token(grant, basic('post-client', SECRET))).body['error']).to.equal('invalid_client');
    expect((await token({ ...post, client_id: 'basic:client' })).body['error']).to.equal('invalid_client');
  });

  it('answers a refused client by 401 with a challenge, in the words of OAuth2', async () => {
    const { status, headers, body } = await token({ ...post, client_secret: 'wrong' });
    expect(status).to.equal(401);
    expect(headers.get('www-authenticate')).to.match(/^Basic /);
    expect(body['error']).to.equal('invalid_client');
  });

  const refusals: [string, string | Record<string, string>, Record<string, string>, string][] = [
    ['another grant', { ...post, grant_type: 'password' }, {}, 'unsupported_grant_type'],
    ['no grant', { client_id: 'post-client', client_secret: SECRET }, {}, 'unsupported_grant_type'],
    ['a scope that the client has not', { ...post, scope: 'agent root' }, {}, 'invalid_scope'],
    ['an audience that the client has not', { ...post, audience: 'https://evil.example' }, {}, 'invalid_request'],
    ['a parameter twice', `${new URLSearchParams(post).toString()}&scope=agent&scope=agent`, {}, 'invalid_request'],
    ['a client id twice', `client_id=other&${new URLSearchParams(post).toString()}`, {}, 'invalid_request'],
    ['the secret in two places', post, basic('post-client', SECRET), 'invalid_request'],
    ['two client ids', { grant_type: 'x', client_id: 'b' }, basic('a', SECRET), 'invalid_request'],
    ['JSON', JSON.stringify(post), { 'content-type': 'application/json' }, 'invalid_request'],
    ['a line break in the client id', { ...post, client_id: 'a\r\nX-Injected: 1' }, {}, 'invalid_client'],
    ['NUL in the client id', { ...post, client_id: 'a\0b' }, {}, 'invalid_client'],
    ['Basic that is no base64', { grant_type: 'x' }, { authorization: 'Basic %%%' }, 'invalid_client'],
    ['Basic with a broken escape', { grant_type: 'x' }, basic('%zz', SECRET), 'invalid_client'],
    ['another scheme', { grant_type: 'x' }, { authorization: 'Bearer abc' }, 'invalid_client'],
    ['no client at all', { grant_type: 'client_credentials' }, {}, 'invalid_client'],
    ['parameters that look like an error', { error: 'x', error_description: 'y' }, {}, 'invalid_client'],
  ];
  for (const [what, form, headers, error] of refusals) {
    it(`answers ${what} by ${error}`, async () => {
      const answer = await token(form, headers);
      expect(answer.body).to.include({ error });
      expect(answer.status).to.equal(error === 'invalid_client' ? 401 : 400);
      expect(answer.headers.has('x-injected')).to.equal(false);
    });
  }

  it('knows a token no more when its hour is over', async () => {
    const { body } = await token({ ...post, scope: 'agent' });
    await database.db.raw("update oauth_tokens set expires_at = now() - interval '1 second'");
    expect(await introspect(body['access_token'])).to.deep.equal({ active: false });
  });

  it('removes the expired tokens of a client when it gives it a new one', async () => {
    await token(post);
    await database.db.raw("update oauth_tokens set expires_at = now() - interval '1 second'");
    await token(post);
    expect(await database.db('oauth_tokens').where({ client_id: 'post-client' }).count()).to.deep.equal([
      { count: '1' },
    ]);
  });

  it('stores neither a secret nor a token', async () => {
    const { body } = await token(post);
    const dump = JSON.stringify([await database.db('oauth_clients'), await database.db('oauth_tokens')]);
    expect(dump).not.to.contain(SECRET).and.not.to.contain(body['access_token']);
    const hashed = await database.db.raw("select encode(secret_hash, 'escape') as text from oauth_clients");
    expect(JSON.stringify(hashed.rows)).not.to.contain(SECRET);
  });

  it('makes a secret where none is chosen, and tells it once', async () => {
    const created = (await (await createClient({ client_id: 'made', client_secret: undefined })).json()) as object;
    expect(created).to.have.property('client_secret').with.lengthOf(43);
    const read = (await (await admin('/admin/clients/made')).json()) as object;
    expect(read).to.include({ client_id: 'made' }).and.not.to.have.property('client_secret');
  });

  it('refuses a client field that it would not keep, and a body that is no JSON', async () => {
    expect((await createClient({ redirect_uris: ['https://x'] })).status).to.equal(400);
    expect((await createClient({ client_secret: 'short' })).status).to.equal(400);
    const headers = { 'content-type': 'application/json' };
    expect((await admin('/admin/clients', { method: 'POST', headers, body: '{' })).status).to.equal(400);
  });

  it('has another key at each boot, and takes no other', async () => {
    const second = await startIdentityServer(database.db);
    expect(second.apiKey).not.to.equal(server.apiKey);
    const headers = { authorization: `Bearer ${server.apiKey}` };
    expect((await fetch(`${second.url}/admin/clients/post-client`, { headers })).status).to.equal(401);
    expect((await fetch(`${second.url}/admin/clients/post-client`)).status).to.equal(401);
    await second.close();
  });

  it('listens on loopback only', () => {
    expect(new URL(server.url).hostname).to.equal('127.0.0.1');
  });

  it('does not follow an oversized form', async () => {
    const answer = await token({ ...post, scope: 'x'.repeat(20_000) });
    expect(answer.status).to.equal(413);
  });

  it('answers oversized headers by 431 and goes on', async () => {
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${server.url}/version`, { headers: { 'x-large': 'x'.repeat(20_000) } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on('error', reject);
      sent.end();
    });
    expect(status).to.equal(431);
    expect((await token(post)).status).to.equal(200);
  });
});
