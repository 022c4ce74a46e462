import { createSecretKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { expect } from 'chai';
import { SignJWT } from 'jose';
import { raiseAuthEpoch } from '../../src/db/agents/principals.js';
import { storeAgent } from '../../src/db/agents/storeAgent.js';
import type { Db } from '../../src/db/database.js';
import { startIdentityServer, type IdentityServer } from '../../src/embedded/identity/server.js';
import { createAuthenticator } from '../../src/http/authenticate.js';
import { agentRoutes } from '../../src/http/routes/agents.js';
import { oauthRoutes } from '../../src/http/routes/oauth.js';
import type { ClientSecret, Identity } from '../../src/ports/identity.js';
import { describeNewAgent } from '../../src/rules/registration.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { startFaultyProxy, type FaultyProxy } from '../support/faultyProxy.js';
import { serve } from '../support/http.js';
import { newClient } from '../support/identityPort.js';
import { API, MCP, registrationRequest } from '../support/registration.js';
import { connectIdentity, deriveTestSecret } from '../support/world.js';

const INTROSPECTION = 'POST /admin/oauth2/introspect';

describe('authentication', () => {
  const assertionKeys = generateKeyPairSync('ed25519');
  let database: FreshDatabase;
  let db: Db;
  let identityServer: IdentityServer;
  let proxy: FaultyProxy;
  let identity: Identity;
  let server: Awaited<ReturnType<typeof serve>>;
  let peer: Awaited<ReturnType<typeof serve>>;

  before(async () => {
    database = await freshDatabase();
    db = database.db;
    identityServer = await startIdentityServer(db);
    proxy = await startFaultyProxy(identityServer.url);
    identity = connectIdentity({ url: proxy.url, apiKey: identityServer.apiKey });
    [server, peer] = [await startServer(), await startServer()];
  });

  after(async () => {
    await server.stop();
    await peer.stop();
    await proxy.close();
    await identityServer.close();
    await database.drop();
  });

  beforeEach(() => {
    proxy.fate = () => 'pass';
    proxy.requests = [];
  });

  function startServer() {
    const options = { db, identity, audience: API };
    const routes = [
      ...agentRoutes(db),
      ...oauthRoutes({ ...options, tokenAudiences: [API, MCP], clientSecret: deriveTestSecret }),
    ];
    const authenticate = createAuthenticator({ ...options, assertionKey: assertionKeys.publicKey });
    return serve(routes, { authenticate });
  }

  async function newAgent(role: 'agent' | 'operator' = 'agent') {
    const agent = describeNewAgent(registrationRequest(), { role, audience: [API, MCP] });
    await storeAgent(db, agent);
    const client = newClient({ clientId: agent.agentId, scope: 'agent', audience: [API, MCP] });
    await identity.clients.create(client);
    return { ...agent, credentials: client };
  }

  async function newToken(client: ClientSecret, audience = [API]): Promise<string> {
    const issued = await identity.tokens.issue({ ...client, scope: 'agent', audience });
    if ('refused' in issued) throw new Error(issued.refused);
    return issued.accessToken;
  }

  async function whoami(token: string | undefined, from = server) {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${from.url}/agents/whoami`, { headers });
    const body = (await response.json()) as { name: string; detail: string; keyId: string; role: string };
    return { status: response.status, challenge: response.headers.get('www-authenticate') ?? '', body };
  }

  const introspections = () => proxy.requests.filter((request) => request === INTROSPECTION).length;

  it('knows an agent, and an operator, by a token made for this API', async () => {
    for (const role of ['agent', 'operator'] as const) {
      const { credentials, keyId, fingerprint, agentId } = await newAgent(role);
      const { status, body } = await whoami(await newToken(credentials));
      expect(status).to.equal(200);
      expect(body).to.include({ id: agentId, keyId, fingerprint, role, clientId: agentId });
    }
  });

  it('shows an agent to another by its fingerprint, without its role', async () => {
    const { credentials, fingerprint } = await newAgent('operator');
    const headers = { authorization: `Bearer ${await newToken(credentials)}` };
    const found = await fetch(`${server.url}/agents/${fingerprint}`, { headers });
    expect(await found.json())
      .to.include({ fingerprint })
      .and.not.to.have.any.keys('role', 'clientId');
    expect((await fetch(`${server.url}/agents/0000-0000-0000-0000`, { headers })).status).to.equal(404);
    expect((await fetch(`${server.url}/agents/${fingerprint}`)).status).to.equal(401);
  });

  it('challenges who brings no token, something else than a token, and a token that is not known', async () => {
    expect(await whoami(undefined)).to.deep.include({ status: 401, challenge: 'Bearer realm="moltnet"' });
    for (const token of ['never-issued', 'a b', '', 'x'.repeat(5000), 'a.b.c']) {
      const { status, challenge, body } = await whoami(token);
      expect([status, body.name]).to.deep.equal([401, 'Unauthenticated']);
      expect(challenge).to.contain('error="invalid_token"');
    }
    const basic = await fetch(`${server.url}/agents/whoami`, { headers: { authorization: 'Basic YTpi' } });
    expect(basic.status).to.equal(401);
  });

  it('refuses a token that was made for another resource, or for none', async () => {
    const { credentials } = await newAgent();
    for (const audience of [[MCP], []]) {
      const { status, body } = await whoami(await newToken(credentials, audience));
      expect(status).to.equal(401);
      expect(body.detail).to.contain(`resource=${API}`);
    }
    expect((await whoami(await newToken(credentials, [MCP, API]))).status).to.equal(200);
  });

  it('refuses a token whose client is no agent here, and one that has expired', async () => {
    const stranger = newClient({ audience: [API] });
    const named = newClient({ clientId: 'not-a-uuid', audience: [API] });
    for (const client of [stranger, named]) {
      await identity.clients.create(client);
      expect((await whoami(await newToken(client))).status).to.equal(401);
    }
    const { credentials } = await newAgent();
    const token = await newToken(credentials);
    await db.raw("update oauth_tokens set expires_at = now() - interval '1 second' where client_id = ?", [
      credentials.clientId,
    ]);
    expect((await whoami(token)).status).to.equal(401);
  });

  it('asks the identity server once for a token that many requests bring at once, and not again', async () => {
    const { credentials } = await newAgent();
    const token = await newToken(credentials);
    const answers = await Promise.all(Array.from({ length: 20 }, () => whoami(token)));
    expect(answers.every((answer) => answer.status === 200)).to.equal(true);
    await whoami(token);
    expect(introspections()).to.equal(1);
  });

  it('asks once for an unknown token too, for a while', async () => {
    for (let i = 0; i < 5; i++) await whoami('unknown-token-in-a-loop');
    expect(introspections()).to.equal(1);
  });

  it('ends a token in every process at the moment it is revoked here', async () => {
    const { credentials } = await newAgent();
    const [token, other] = [await newToken(credentials), await newToken(credentials)];
    for (const from of [server, peer]) expect((await whoami(token, from)).status).to.equal(200);
    const body = new URLSearchParams({
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      token,
    });
    expect((await fetch(`${server.url}/oauth2/revoke`, { method: 'POST', body })).status).to.equal(200);
    for (const from of [server, peer]) {
      expect((await whoami(token, from)).status).to.equal(401);
      expect((await whoami(other, from)).status).to.equal(200);
    }
  });

  it('asks again when the agent changed between the look-up of its token and the first reading of its row', async () => {
    const { credentials, agentId } = await newAgent();
    const token = await newToken(credentials);
    let asked = 0;
    const introspect = async (given: string) => {
      const answer = await identity.tokens.introspect(given);
      if (asked++ === 0) await endAllTokens(agentId);
      return answer;
    };
    const authenticate = createAuthenticator({
      db,
      identity: { tokens: { ...identity.tokens, introspect } },
      audience: API,
    });
    const late = await serve(agentRoutes(db), { authenticate });
    const { status } = await whoami(token, late).finally(() => late.stop());
    expect([status, asked]).to.deep.equal([401, 2]);
  });

  async function endAllTokens(agentId: string): Promise<void> {
    await db('oauth_tokens').where({ client_id: agentId }).delete();
    await raiseAuthEpoch(db, agentId);
  }

  it('shuts a disabled agent out at once, and lets it in at once', async () => {
    const { credentials, agentId } = await newAgent();
    const token = await newToken(credentials);
    expect((await whoami(token)).status).to.equal(200);
    await db('agents').where({ id: agentId }).update({ disabled_at: new Date() });
    expect((await whoami(token)).status).to.equal(401);
    await db('agents').where({ id: agentId }).update({ disabled_at: null });
    expect((await whoami(token)).status).to.equal(200);
  });

  it('says that the identity server is away, and not that the token is bad, and keeps no such answer', async () => {
    const { credentials } = await newAgent();
    const token = await newToken(credentials);
    proxy.fate = () => 'fail';
    const { status, body } = await whoami(token);
    expect([status, body.name]).to.deep.equal([503, 'IdentityUnavailable']);
    proxy.fate = () => 'pass';
    expect((await whoami(token)).status).to.equal(200);
  });

  it('goes on knowing a token for which it has asked while the identity server is away', async () => {
    const { credentials } = await newAgent();
    const token = await newToken(credentials);
    await whoami(token);
    proxy.fate = () => 'fail';
    expect((await whoami(token)).status).to.equal(200);
  });

  describe("by the MCP server's assertion", () => {
    type Claims = Partial<Record<'sub' | 'aud' | 'jti' | 'iss' | 'typ', string>> &
      Partial<Record<'iat' | 'exp', number>> & { epoch?: number | undefined };

    async function assertion(
      claims: Claims,
      key: KeyObject = assertionKeys.privateKey,
      alg = 'EdDSA',
    ): Promise<string> {
      const { sub, typ = 'moltnet-assertion+jwt', jti = randomUUID(), aud = API, iss = 'moltnet-mcp' } = claims;
      const iat = claims.iat ?? Math.floor(Date.now() / 1000);
      const { epoch } = { epoch: 1, ...claims };
      const payload = { sub, jti, aud, iss, iat, exp: claims.exp ?? iat + 60, ...(epoch !== undefined && { epoch }) };
      return new SignJWT(payload as Record<string, unknown>).setProtectedHeader({ alg, typ }).sign(key);
    }

    it('acts for the agent that it names', async () => {
      const { agentId, keyId } = await newAgent();
      const { status, body } = await whoami(await assertion({ sub: agentId }));
      expect(status).to.equal(200);
      expect(body.keyId).to.equal(keyId);
      expect(introspections()).to.equal(0);
    });

    it('takes each once, in whichever process and however many at once', async () => {
      const { agentId } = await newAgent();
      const token = await assertion({ sub: agentId });
      const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => whoami(token, i % 2 ? server : peer)));
      expect(answers.filter((answer) => answer.status === 200)).to.have.lengthOf(1);
    });

    const seconds = () => Math.floor(Date.now() / 1000);
    const bad: [string, (sub: string) => Promise<string>][] = [
      ['for another API', (sub) => assertion({ sub, aud: MCP })],
      ['by another issuer', (sub) => assertion({ sub, iss: 'someone' })],
      ['that lives longer than a minute', (sub) => assertion({ sub, exp: seconds() + 600 })],
      ['that has expired', (sub) => assertion({ sub, iat: seconds() - 120, exp: seconds() - 60 })],
      ['from ten minutes ahead', (sub) => assertion({ sub, iat: seconds() + 600 })],
      ['for no agent', () => assertion({ sub: randomUUID() })],
      ['for something that is no id', () => assertion({ sub: "x' or 1=1" })],
      ['with a short jti', (sub) => assertion({ sub, jti: '1' })],
      ['by another key', (sub) => assertion({ sub }, generateKeyPairSync('ed25519').privateKey)],
      ['signed with a secret', (sub) => assertion({ sub }, createSecretKey(Buffer.alloc(32)), 'HS256')],
      ['of another type', (sub) => assertion({ sub, typ: 'JWT' })],
    ];
    for (const [what, make] of bad) {
      it(`refuses one ${what}`, async () => {
        const { agentId } = await newAgent();
        expect((await whoami(await make(agentId))).status).to.equal(401);
      });
    }

    it('refuses one for a disabled agent, and all of them where no key is set', async () => {
      const { agentId } = await newAgent();
      const withoutKey = await serve(agentRoutes(db), {
        authenticate: createAuthenticator({ db, identity, audience: API }),
      });
      const refused = await whoami(await assertion({ sub: agentId }), withoutKey).finally(() => withoutKey.stop());
      expect(refused.status).to.equal(401);
      await db('agents').where({ id: agentId }).update({ disabled_at: new Date() });
      expect((await whoami(await assertion({ sub: agentId }))).status).to.equal(401);
    });

    const told = async (claims: Claims) => {
      const headers = { authorization: `Bearer ${await assertion(claims)}` };
      const response = await fetch(`${server.url}/agents/whoami`, { headers });
      return [response.status, response.headers.get('moltnet-auth-epoch')];
    };

    it('refuses one of another epoch than the present, and says which that is', async () => {
      const { agentId: sub } = await newAgent();
      expect(await told({ sub, epoch: 1 })).to.deep.equal([200, null]);
      await raiseAuthEpoch(db, sub);
      for (const epoch of [1, 3]) expect(await told({ sub, epoch })).to.deep.equal([401, '2']);
      expect(await told({ sub, epoch: 2 })).to.deep.equal([200, null]);
    });

    it('takes one without an epoch only when nothing can have ended since the token was looked up', async () => {
      const { agentId: sub } = await newAgent();
      expect(await told({ sub, epoch: undefined })).to.deep.equal([401, '1']);
      const agoBy = (seconds: number) => ({ auth_changed_at: db.raw(`now() - interval '${seconds} seconds'`) });
      await db('agents').where({ id: sub }).update(agoBy(150));
      expect(await told({ sub, epoch: undefined })).to.deep.equal([401, '1']);
      await db('agents').where({ id: sub }).update(agoBy(200));
      expect(await told({ sub, epoch: undefined })).to.deep.equal([200, null]);
    });

    it('tells no epoch for an assertion that is not good, nor of a disabled agent', async () => {
      const { agentId: sub } = await newAgent();
      expect(await told({ sub, epoch: 7, aud: MCP })).to.deep.equal([401, null]);
      await db('agents').where({ id: sub }).update({ disabled_at: new Date() });
      expect(await told({ sub, epoch: 7 })).to.deep.equal([401, null]);
    });

    it('forgets the used ones when they have expired', async () => {
      const { agentId } = await newAgent();
      await db.raw("update used_assertions set expires_at = now() - interval '1 second'");
      for (let i = 0; i < 3; i++) await whoami(await assertion({ sub: agentId }));
      expect(await db('used_assertions').count()).to.deep.equal([{ count: '3' }]);
    });
  });
});
