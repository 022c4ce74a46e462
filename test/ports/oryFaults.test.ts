import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Identity, RelationTuple } from '../../src/ports/identity.js';
import { createOryIdentity, oryUrls } from '../../src/ports/ory/identity.js';
import { log } from '../../src/telemetry.js';
import { newClient } from '../support/identityPort.js';
import { subject, tuple } from '../support/tuplePort.js';

type Script = (req: IncomingMessage, res: ServerResponse) => void;

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Script => {
  return (_req, res) =>
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};
const html: Script = (_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>welcome</h1>');
const silence: Script = () => undefined;
const hangUp: Script = (req) => req.socket.destroy();
const active = json(200, { active: true, client_id: 'c', exp: 2_000_000_000 });

/** An Ory that is not well: it answers each request by the next script, and the last one from then on. */
describe('the identity port when Ory is not well', () => {
  let server: Server;
  let url: string;
  let scripts: Script[];
  let requests: string[];
  let pauses: number[];
  let alarms: string[];
  let identity: Identity;
  const error = log.error.bind(log);

  before(async () => {
    server = createServer((req, res) => {
      requests.push(`${req.method} ${req.url}`);
      (scripts.length > 1 ? scripts.shift() : scripts[0])?.(req, res);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  beforeEach(() => {
    [scripts, requests, pauses, alarms] = [[], [], [], []];
    identity = connect();
    log.error = ((message: string) => alarms.push(message)) as unknown as typeof log.error;
  });

  afterEach(() => {
    log.error = error;
  });

  function connect(base = url): Identity {
    return createOryIdentity({
      urls: oryUrls(base),
      apiKey: 'ory_pat_the-key',
      schemaId: 'agent',
      limits: { attemptTimeoutMs: 200, pause: async (ms) => pauses.push(ms) },
    });
  }

  async function failure(work: Promise<unknown>): Promise<string> {
    const [outcome] = await Promise.allSettled([work]);
    if (outcome.status === 'fulfilled') throw new Error(`It answered ${JSON.stringify(outcome.value)}`);
    return (outcome.reason as Error).name;
  }

  for (const status of [401, 403]) {
    it(`calls it an outage, at once and with an alarm, when our key is answered by ${status}`, async () => {
      scripts = [json(status, { error: { code: status, message: 'no' } })];
      expect(await failure(identity.tokens.introspect('t'))).to.equal('IdentityUnavailable');
      expect(requests).to.have.lengthOf(1);
      expect(alarms).to.deep.equal([
        `The identity service refuses our key (introspectOAuth2Token: ${status}). Check ORY_API_KEY.`,
      ]);
    });
  }

  for (const [what, script] of [
    ['500', json(500, {})],
    ['a hang-up', hangUp],
    ['a page of HTML', html],
    ['JSON of another shape', json(200, { actve: true })],
    ['silence', silence],
  ] as const) {
    it(`tries four times on ${what}, then calls it an outage`, async () => {
      scripts = [script];
      expect(await failure(identity.tokens.introspect('t'))).to.equal('IdentityUnavailable');
      expect(requests).to.have.lengthOf(4);
      expect(alarms).to.have.lengthOf(1);
    });
  }

  it('is well again when an attempt succeeds', async () => {
    scripts = [json(503, {}), hangUp, active];
    expect(await identity.tokens.introspect('t')).to.include({ clientId: 'c' });
    expect(alarms).to.deep.equal([]);
  });

  it('waits until the reset that a 429 names, in seconds or as a time, and a little more', async () => {
    const soon = String(Math.ceil(Date.now() / 1000) + 3);
    scripts = [json(429, {}, { 'x-ratelimit-reset': '2' }), json(429, {}, { 'x-ratelimit-reset': soon }), active];
    await identity.tokens.introspect('t');
    expect(pauses[0]).to.be.within(2000, 2100);
    expect(pauses[1]).to.be.within(2000, 4200);
  });

  it('does not wait for a reset that comes after the deadline', async () => {
    scripts = [json(429, {}, { 'x-ratelimit-reset': '60' })];
    expect(await failure(identity.tokens.introspect('t'))).to.equal('IdentityUnavailable');
    expect([requests.length, pauses.length]).to.deep.equal([1, 0]);
  });

  it('spreads its attempts: the pauses grow and are never the same twice', async () => {
    scripts = [json(500, {})];
    for (let round = 0; round < 5; round++) await failure(identity.tokens.introspect('t'));
    expect(new Set(pauses).size).to.equal(15);
    expect(pauses.every((ms, index) => ms <= 100 * 2 ** (index % 3))).to.equal(true);
  });

  it('reaches nobody where nobody listens', async () => {
    expect(await failure(connect('http://127.0.0.1:1').checkHealth())).to.equal('IdentityUnavailable');
  });

  it('does not rotate a secret twice when the answer to the first attempt is lost', async () => {
    scripts = [hangUp, json(200, { client_id: 'c', client_secret: 'second' })];
    expect(await failure(identity.clients.rotateSecret('c'))).to.equal('IdentityUnavailable');
    expect(requests).to.have.lengthOf(1);
  });

  it('takes 409 for a client and an identity as "there already"', async () => {
    scripts = [json(409, {}), json(409, {}), json(200, { id: 'i', external_id: 'x', traits: {} })];
    expect(await identity.clients.create(newClient())).to.equal('exists');
    expect(await identity.identities.create({ externalId: 'x', traits: {} })).to.include({ id: 'i' });
    expect(requests.slice(1)).to.deep.equal(['POST /admin/identities', 'GET /admin/identities/by/external/x']);
  });

  it('tries again later when an identity conflicts with none that can be found', async () => {
    scripts = [json(409, {}), json(404, {})];
    const work = identity.identities.create({ externalId: 'x', traits: {} });
    expect(await failure(work)).to.equal('IdentityUnavailable');
  });

  it('takes 404 as "absent", and 400 or a redirect as a fault of the configuration', async () => {
    scripts = [json(404, {})];
    expect(await identity.identities.find('x')).to.equal(undefined);
    for (const status of [400, 302]) {
      scripts = [json(status, {}, { location: 'http://elsewhere.example/' })];
      expect(await failure(identity.identities.find('x'))).to.equal('Misconfigured');
    }
  });

  it("passes on the OAuth2 error's code and none of Ory's words", async () => {
    const request = { clientId: 'c', clientSecret: 's', audience: [] };
    scripts = [json(401, { error: 'invalid_client', error_debug: 'internal.host refused' })];
    expect(await identity.tokens.issue(request)).to.deep.equal({ refused: 'invalid_client' });
    scripts = [json(400, { error: 'something_new' })];
    expect(await failure(identity.tokens.issue(request))).to.equal('IdentityUnavailable');
    scripts = [(_req, res) => res.writeHead(401, { 'content-type': 'text/html' }).end('<h1>401</h1>')];
    expect(await failure(identity.tokens.issue(request))).to.equal('IdentityUnavailable');
  });

  describe('asked for tuples', () => {
    const one: RelationTuple = tuple('Diary', 'd', 'readers', subject('Agent', 'a'));
    const calls: Record<string, () => Promise<unknown>> = {
      check: () => identity.tuples.check(one),
      checkMany: () => identity.tuples.checkMany([one]),
      expand: () => identity.tuples.expand(subject('Diary', 'd', 'readers')),
      list: () => identity.tuples.list({ namespace: 'Diary' }, { pageSize: 10 }),
      create: () => identity.tuples.create(one),
      patch: () => identity.tuples.patch({ insert: [one], remove: [] }),
      deleteAll: () => identity.tuples.deleteAll(one),
      listNamespaces: () => identity.tuples.listNamespaces(),
    };
    const reading = ['check', 'checkMany', 'expand', 'list', 'listNamespaces'];

    for (const [name, work] of Object.entries(calls)) {
      it(`(${name}) calls an outage what is one, and a refused request a fault of the configuration`, async () => {
        for (const script of [json(500, {}), silence, hangUp, json(401, {}), json(403, {})]) {
          scripts = [script];
          expect(await failure(work())).to.equal('IdentityUnavailable');
        }
        for (const status of [400, 404, 409, 422]) {
          scripts = [json(status, { error: { code: status, message: 'the reason' } })];
          const meaning = { check: 422, expand: 404 }[name];
          if (meaning === status) await work();
          else expect(await failure(work())).to.equal('Misconfigured');
        }
        expect(alarms.join()).not.to.include('the reason');
      });

      it(`(${name}) waits for the reset of a 429, then is done`, async () => {
        scripts = [json(429, {}, { 'x-ratelimit-reset': '2' }), json(500, {})];
        await failure(work());
        expect(pauses[0]).to.be.within(2000, 2100);
        expect(requests).to.have.lengthOf(4);
      });

      if (!reading.includes(name)) continue;
      it(`(${name}) takes a page of HTML and JSON of another shape for an outage`, async () => {
        for (const script of [html, json(200, {}), json(200, { results: [], relation_tuples: [{}], tuple: {} })]) {
          scripts = [script];
          expect(await failure(work())).to.equal('IdentityUnavailable');
        }
      });
    }

    it('takes a check at its limits, or one that failed among others, for undecided', async () => {
      scripts = [json(422, { error: { code: 422, message: 'depth' } })];
      expect(await identity.tuples.check(one)).to.equal('undecided');
      scripts = [json(200, { results: [{ allowed: false, error: 'depth' }] })];
      expect(await identity.tuples.checkMany([one])).to.deep.equal(['undecided']);
    });

    it('does not take the answers to fewer checks for the answers to all', async () => {
      scripts = [json(200, { results: [{ allowed: true }] })];
      expect(await failure(identity.tuples.checkMany([one, one]))).to.equal('IdentityUnavailable');
    });

    it('does not read a page again that names itself as the next', async () => {
      scripts = [json(200, { relation_tuples: [], next_page_token: 'again' })];
      const page = { pageSize: 10, pageToken: 'again' };
      expect(await failure(identity.tuples.list({}, page))).to.equal('IdentityUnavailable');
    });

    it('finds subjects of the time before strict mode, and can name them', async () => {
      const old = { namespace: 'Diary', object: 'd', relation: 'readers', subject_id: 'a' };
      scripts = [json(200, { relation_tuples: [old], next_page_token: '' })];
      const { tuples } = await identity.tuples.list({}, { pageSize: 10 });
      expect(tuples[0]?.subject).to.deep.equal({ id: 'a' });
      scripts = [json(204, {})];
      await identity.tuples.deleteAll({ subject: { id: 'a' } });
      expect(requests.at(-1)).to.equal('DELETE /admin/relation-tuples?subject_id=a');
    });

    it('reads at one address and writes at another, where Keto has two', async () => {
      const urls = oryUrls('http://127.0.0.1:1', { ketoWrite: url });
      const split = createOryIdentity({ urls, apiKey: 'k', schemaId: 'agent', limits: { deadlineMs: 500 } });
      scripts = [json(201, one)];
      await split.tuples.create(one);
      expect(await failure(split.tuples.check(one))).to.equal('IdentityUnavailable');
      expect(requests).to.deep.equal(['PUT /admin/relation-tuples']);
    });
  });

  it('names no key, token or secret in what it throws and logs', async () => {
    for (const script of [hangUp, json(401, {}), json(500, {}), json(400, {})]) {
      scripts = [script];
      const works = [
        identity.tokens.introspect('the-token'),
        identity.clients.create(newClient({})),
        identity.tokens.issue({ clientId: 'c', clientSecret: 'the-secret', audience: [] }),
      ];
      for (const outcome of await Promise.allSettled(works)) {
        const { message, stack, cause } = (outcome as PromiseRejectedResult).reason as Error;
        expect([message, stack, JSON.stringify(cause)].join()).not.to.match(/the-token|the-secret|the-key/);
      }
    }
    expect(alarms.join()).not.to.match(/the-token|the-secret|the-key/);
  });
});
