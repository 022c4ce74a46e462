import { generateKeyPair, keyId } from '@moltnet/protocol';
import { expect } from 'chai';
import { registrationRoutes } from '../../src/http/routes/registration.js';
import type { ClientSecret } from '../../src/ports/identity.js';
import { setPorts } from '../../src/ports/index.js';
import { agentIdOf } from '../../src/rules/agentId.js';
import { mixedOrderKey, negativeZeroKey, nonCanonicalKeys, smallOrderKeys } from '../protocol/hostilePoints.js';
import { startFaultyProxy, type FaultyProxy } from '../support/faultyProxy.js';
import { serve } from '../support/http.js';
import { API, MCP, registrationRequest } from '../support/registration.js';
import { connectIdentity, deriveTestSecret, startWorld, type World } from '../support/world.js';

interface Answer {
  status: number;
  body: { name: string; errors: [{ pointer: string }]; agent: object; credentials: ClientSecret };
}

describe('registration', () => {
  let world: World;
  let proxy: FaultyProxy;
  let server: Awaited<ReturnType<typeof serve>>;

  before(async () => {
    world = await startWorld();
    proxy = await startFaultyProxy(world.identityServer.url);
    setPorts({ ...world.ports, identity: connectIdentity({ url: proxy.url, apiKey: world.identityServer.apiKey }) });
    const tokens = { audience: API, tokenAudiences: [API, MCP], clientSecret: deriveTestSecret };
    const options = { db: world.db, ...tokens, registration: 'open' as const };
    server = await serve(registrationRoutes(options));
  });

  after(async () => {
    await server.stop();
    await world.stop();
    await proxy.close();
  });

  beforeEach(() => {
    proxy.fate = () => 'pass';
    proxy.requests = [];
  });

  async function register(request: object, key?: string): Promise<Answer> {
    const headers = { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) };
    const response = await fetch(`${server.url}/auth/register`, {
      method: 'POST',
      headers,
      body: JSON.stringify(request),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  async function left(publicKey: string) {
    const id = keyId(publicKey);
    const [agents, clients, identities, keys, events] = await Promise.all([
      world.db('agents').where({ key_id: id }),
      world.db('oauth_clients').where({ client_id: agentIdOf(id) }),
      world.db('identities').where({ external_id: id }),
      world.db('agent_keys').where({ key_id: id }),
      world.db('outbox').where({ subject_hash: id }),
    ]);
    return [agents, clients, identities, keys, events].map((rows: unknown[]) => rows.length);
  }
  const ALL_ONCE = [1, 1, 1, 1, 1];
  const NOTHING = [0, 0, 0, 0, 0];

  it('gives an agent its identity, its key and credentials that work', async () => {
    const request = registrationRequest({ name: 'Ada 🦋' });
    const { status, body } = await register(request);
    expect(status).to.equal(201);
    const id = keyId(request.publicKey);
    expect(body.agent).to.include({ id: agentIdOf(id), keyId: id, name: 'Ada 🦋', publicKey: request.publicKey });
    expect(await left(request.publicKey)).to.deep.equal(ALL_ONCE);
    const issued = await world.ports.identity.tokens.issue({
      ...body.credentials,
      scope: 'agent',
      audience: [API, MCP],
    });
    expect(issued).to.have.property('accessToken');
  });

  it('tells operators that its run may be entered at its beginning only, since it takes back what it did', async () => {
    const { body } = await register(registrationRequest());
    const id = (body.agent as { id: string }).id;
    const { rows } = await world.db.raw('select attributes from dbos.workflow_status where workflow_uuid like ?', [
      `register-${id}-%`,
    ]);
    expect((rows as { attributes: object }[])[0]!.attributes).to.include({ retryFrom: 'start' });
  });

  it('answers the same request with the same credentials while its proof is good', async () => {
    const request = registrationRequest();
    const first = await register(request, 'key-1');
    const second = await register(request, 'key-1');
    expect(second).to.deep.equal(first);
    expect(proxy.requests.filter((one) => one.startsWith('POST'))).to.deep.equal([
      'POST /admin/identities',
      'POST /admin/clients',
    ]);
  });

  it('makes one agent of the same request sent 20 times at once, and answers all of them alike', async () => {
    const request = registrationRequest();
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(request, 'at-once')));
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
    expect(answers[0]!.status).to.equal(201);
    expect(await left(request.publicKey)).to.deep.equal(ALL_ONCE);
  });

  it('gives the key to one of many different requests for it at once, and the others learn nothing', async () => {
    const keys = generateKeyPair();
    const requests = Array.from({ length: 8 }, () => registrationRequest({ keys }));
    const answers = await Promise.all(requests.map((request) => register(request)));
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).to.deep.equal([201, ...Array<number>(7).fill(409)]);
    for (const { status, body } of answers) if (status === 409) expect(body).not.to.have.property('credentials');
    expect(await left(keys.publicKey)).to.deep.equal(ALL_ONCE);
  });

  it('gives a replayed proof nothing, under whatever Idempotency-Key, with whatever name', async () => {
    const request = registrationRequest();
    await register(request, 'first');
    const replayed = await register({ ...request, name: 'mallory' }, 'first');
    expect(replayed.status).to.equal(422);
    expect((await register({ ...request, name: 'mallory' }, 'second')).status).to.equal(409);
    expect(JSON.stringify(replayed.body)).not.to.contain('clientSecret');
  });

  it('gives the same request nothing once the secret has been replaced', async () => {
    const request = registrationRequest();
    await register(request);
    await world
      .db('agents')
      .where({ key_id: keyId(request.publicKey) })
      .update({ secret_epoch: 2 });
    expect((await register(request)).status).to.equal(409);
  });

  const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();
  const bad: [string, () => object, string][] = [
    ['a proof ten minutes old', () => registrationRequest({ issuedAt: minutes(-10) }), '/proof/issuedAt'],
    ['a proof ten minutes ahead', () => registrationRequest({ issuedAt: minutes(10) }), '/proof/issuedAt'],
    [
      'a proof for another server',
      () => registrationRequest({ audience: 'https://other.example' }),
      '/proof/signature',
    ],
    [
      "another key's proof",
      () => ({ ...registrationRequest(), publicKey: generateKeyPair().publicKey }),
      '/proof/signature',
    ],
    [
      'another nonce than the signed one',
      () => {
        const request = registrationRequest();
        return { ...request, proof: { ...request.proof, nonce: 'a-nonce-not-signed' } };
      },
      '/proof/signature',
    ],
    [
      'a nonce with a line feed',
      () => {
        const request = registrationRequest();
        return { ...request, proof: { ...request.proof, nonce: 'sixteen-letters\nmore' } };
      },
      '/proof/nonce',
    ],
    ['a key that is none', () => ({ ...registrationRequest(), publicKey: 'ed25519:AAAA' }), '/publicKey'],
    ['a key of another kind', () => ({ ...registrationRequest(), publicKey: 'rsa:AAAA' }), '/publicKey'],
    ['a name with a line feed', () => registrationRequest({ name: 'a\nb' }), '/name'],
    ['a role', () => ({ ...registrationRequest(), role: 'operator' }), '/role'],
  ];
  for (const [what, make, pointer] of bad) {
    it(`refuses ${what}, and says where`, async () => {
      const { status, body } = await register(make());
      expect(status).to.equal(400);
      expect(body.errors[0].pointer).to.equal(pointer);
      expect(proxy.requests).to.deep.equal([]);
    });
  }

  it('refuses every key of small and of mixed order', async () => {
    const weak = [...smallOrderKeys, ...nonCanonicalKeys, negativeZeroKey, mixedOrderKey(new Uint8Array(32).fill(7))];
    for (const publicKey of weak) {
      const answer = await register({ ...registrationRequest(), publicKey });
      expect(answer.status).to.equal(400);
      expect(answer.body.errors[0].pointer).to.equal('/publicKey');
    }
  });

  for (const [where, path] of [
    ['the identity', 'POST /admin/identities'],
    ['the client', 'POST /admin/clients'],
  ] as const) {
    it(`leaves nothing when ${where} cannot be made, and the same request succeeds when it can`, async () => {
      proxy.fate = (request) => (request === path ? 'fail' : 'pass');
      const request = registrationRequest();
      const refused = await register(request, 'again');
      expect(refused.status).to.equal(503);
      expect(refused.body.name).to.equal('IdentityUnavailable');
      expect(await left(request.publicKey)).to.deep.equal(NOTHING);
      proxy.fate = () => 'pass';
      expect((await register(request, 'again')).status).to.equal(201);
      expect(await left(request.publicKey)).to.deep.equal(ALL_ONCE);
    });

    it(`makes ${where} once when the answer to making it is lost`, async () => {
      let lost = 0;
      proxy.fate = (request) => (request === path && lost++ === 0 ? 'lose the answer' : 'pass');
      const request = registrationRequest();
      expect((await register(request)).status).to.equal(201);
      expect(lost).to.be.greaterThan(1);
      expect(await left(request.publicKey)).to.deep.equal(ALL_ONCE);
    });
  }

  it('takes over what an attempt has left that could not take it back', async () => {
    proxy.fate = (request) => (request === 'POST /admin/clients' || request.startsWith('DELETE') ? 'fail' : 'pass');
    const request = registrationRequest();
    expect((await register(request)).status).to.equal(503);
    expect(await left(request.publicKey)).to.deep.equal([0, 0, 1, 0, 0]);
    proxy.fate = () => 'pass';
    expect((await register(request)).status).to.equal(201);
    expect(await left(request.publicKey)).to.deep.equal(ALL_ONCE);
  });

  it('takes everything back when another key has the same fingerprint', async () => {
    const request = registrationRequest();
    const id = keyId(request.publicKey);
    const other = await world.agent();
    const fingerprint = id
      .slice(0, 16)
      .toUpperCase()
      .replace(/.{4}(?=.)/g, '$&-');
    await world.db('agents').where({ id: other.agentId }).update({ fingerprint });
    expect((await register(request)).status).to.equal(409);
    expect(await left(request.publicKey)).to.deep.equal(NOTHING);
  });
});
