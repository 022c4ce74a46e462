import { expect } from 'chai';
import { z } from 'zod';
import { readConfig } from '../../src/config.js';
import { openDatabase, type Db } from '../../src/db/database.js';
import { countRequest } from '../../src/db/countRequest.js';
import { addressKey } from '../../src/http/address.js';
import { createAuthenticator } from '../../src/http/authenticate.js';
import { createRateLimits, type BucketName, type LimitChanges } from '../../src/http/rateLimits.js';
import { defineRoute } from '../../src/http/route.js';
import type { Identity } from '../../src/ports/identity.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { log } from '../../src/telemetry.js';
import { recordingLog, serve, type LogLine } from '../support/http.js';

const route = (path: string, access: 'public' | 'agent', limit?: BucketName) =>
  defineRoute({
    method: 'get',
    path,
    operationId: path,
    summary: '',
    tags: [],
    access,
    ...(limit && { limit }),
    responses: { 200: { description: '', schema: z.object({}) } },
    handler: () => ({ status: 200 as const, body: {} }),
  });
const routes = [
  route('/search', 'agent', 'search'),
  route('/token', 'public', 'token'),
  route('/write', 'agent'),
  route('/open', 'public'),
];
const CHANGES: LimitChanges = {
  search: { limit: 5, seconds: 600 },
  token: { limit: 5, seconds: 600 },
  unknownToken: { limit: 3, seconds: 600 },
};

describe('rate limits', () => {
  let database: FreshDatabase;
  let db: Db;
  const servers: Awaited<ReturnType<typeof serve>>[] = [];
  before(async () => {
    database = await freshDatabase();
    db = database.db;
  });
  after(() => database.drop());
  beforeEach(() => db('rate_limits').delete());
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });

  /** A process of its own as far as the limits know; it believes what X-Forwarded-For says of the address. */
  async function start({ on = db, changes = CHANGES, ...more }: Partial<StartOptions> = {}) {
    const lines: LogLine[] = [];
    const rateLimits = createRateLimits({ db: on, log: recordingLog(lines), changes, freeLoopback: true });
    const server = await serve(routes, { rateLimits, trustProxy: 1, ...more });
    servers.push(server);
    return { ...server, lines };
  }
  type StartOptions = { on: Db; changes: LimitChanges } & NonNullable<Parameters<typeof serve>[1]>;

  const ask = async ({ url }: { url: string }, path: string, ip = '192.0.2.1') => {
    const headers = { authorization: 'Bearer agent', 'x-forwarded-for': ip };
    const response = await fetch(url + path, { headers });
    const body = (await response.json()) as { name?: string; detail?: string };
    return { status: response.status, headers: response.headers, body };
  };

  async function statements<T>(act: () => Promise<T>): Promise<number> {
    let count = 0;
    const add = () => count++;
    db.on('query', add);
    await act();
    db.removeListener('query', add);
    return count;
  }

  it('let exactly so many pass, however many ask at once and through whichever process', async () => {
    const peers = [await start(), await start()];
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => ask(peers[i % 2]!, '/search')));
    expect(answers.filter(({ status }) => status === 200)).to.have.lengthOf(5);
    expect(answers.filter(({ status }) => status === 429)).to.have.lengthOf(45);
  });

  it('say with each answer what is left, and with a refusal when to come back', async () => {
    const server = await start();
    const first = await ask(server, '/search');
    expect(first.headers.get('ratelimit-policy')).to.equal('"search";q=5;w=600');
    expect(first.headers.get('ratelimit')).to.match(/^"search";r=4;t=(600|599)$/);
    for (let i = 0; i < 4; i++) await ask(server, '/search');
    const refused = await ask(server, '/search');
    expect(refused.status).to.equal(429);
    expect(refused.body.name).to.equal('TooManyRequests');
    expect(refused.headers.get('ratelimit')).to.match(/^"search";r=0;t=\d+$/);
    expect(Number(refused.headers.get('retry-after'))).to.be.within(590, 600);
    expect(refused.body.detail).to.match(/More than 5 .* in 600 s\. .* again in \d+ s\./);
  });

  it('cost one statement, none once somebody is refused, and none where there is no shared limit', async () => {
    const server = await start();
    expect(await statements(() => ask(server, '/search'))).to.equal(1);
    for (let i = 0; i < 5; i++) await ask(server, '/search');
    expect(await statements(() => ask(server, '/search'))).to.equal(0);
    expect(await statements(() => ask(server, '/write'))).to.equal(0);
    expect(await statements(() => ask(server, '/open'))).to.equal(0);
  });

  it('count addresses apart, IPv6 by its /64, and this machine not at all', async () => {
    const server = await start();
    for (let i = 0; i < 5; i++) await ask(server, '/token', `2001:db8::${i}`);
    expect((await ask(server, '/token', '2001:db8::ffff')).status).to.equal(429);
    expect((await ask(server, '/token', '2001:db8:0:1::1')).status).to.equal(200);
    for (let i = 0; i < 7; i++) expect((await ask(server, '/token', '127.0.0.1')).status).to.equal(200);
  });

  it('write an address in one way only', () => {
    for (const [ip, key] of [
      ['192.0.2.1', '192.0.2.1'],
      ['::ffff:192.0.2.1', '192.0.2.1'],
      ['2001:DB8:0001::1', '2001:db8:1:0::/64'],
      ['2001:db8:1:0:5:6:7:8', '2001:db8:1:0::/64'],
      ['fe80::1%eth0', 'fe80:0:0:0::/64'],
      ['::1', '0:0:0:0::/64'],
      ['192.0.2.1:5678', '192.0.2.1'],
      ['', 'unknown'],
      ["x'; drop table", 'unknown'],
      ['y'.repeat(300), 'unknown'],
    ]) {
      expect(addressKey(ip!), ip).to.equal(key);
    }
  });

  it('begin anew when the window has passed by the clock of the database, and clean up after themselves', async () => {
    const [server, peer] = [await start(), await start()];
    for (let i = 0; i < 6; i++) await ask(server, '/search');
    await db.raw("update rate_limits set window_ends = now() - interval '1 second'");
    expect((await ask(peer, '/search')).headers.get('ratelimit')).to.include('r=4');
    await db.raw("update rate_limits set window_ends = now() - interval '1 second'");
    await countRequest(db, 'another', 10);
    expect(await db('rate_limits').pluck('key')).to.deep.equal(['another']);
  });

  it('let pass or refuse as each bucket says while nobody can count, and say so once', async () => {
    log.level = 'error';
    const away = openDatabase('postgres://nobody@127.0.0.1:1/none', { max: 1 });
    const server = await start({ on: away });
    for (let i = 0; i < 7; i++) expect((await ask(server, '/search')).status).to.equal(200);
    const closed = await ask(server, '/token');
    expect([closed.status, closed.body.name]).to.deep.equal([503, 'DatabaseUnavailable']);
    expect(server.lines.filter(({ message }) => message.startsWith('Rate limits cannot'))).to.have.lengthOf(1);
    await away.destroy();
  });

  it('hold for each agent whatever it asks for, in each process for itself', async () => {
    const server = await start({ maxRequestsPerSecondPerAgent: 1 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(server, '/write')));
    expect(answers.filter(({ status }) => status === 429).length).to.be.within(1, 2);
    expect((await ask(server, '/open')).status).to.equal(200);
  });

  it('stop invented tokens before the identity service is asked, and none that is known', async () => {
    let asked = 0;
    const introspect = async (token: string) => {
      asked++;
      const agent = {
        clientId: 'no-agent',
        audience: ['https://api.example'],
        scope: '',
        expiresAt: Date.now() / 1000 + 600,
      };
      return token === 'good' ? agent : undefined;
    };
    const changes = { unknownToken: { limit: 3, seconds: 600 } };
    const rateLimits = createRateLimits({ db, log: recordingLog([]), changes });
    const identity = { tokens: { introspect } as unknown as Identity['tokens'] };
    const server = await start({
      authenticate: createAuthenticator({ db, identity, audience: 'https://api.example', rateLimits }),
    });
    const bring = async (token: string, ip = '192.0.2.1') => {
      const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': ip };
      return (await fetch(`${server.url}/write`, { headers })).status;
    };
    expect(await bring('good')).to.equal(401);
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push(await bring(`invented-${i}`));
    expect(statuses).to.deep.equal([401, 401, 401, 401, 429, 429]);
    expect(asked).to.equal(5);
    expect(await bring('good')).to.equal(401);
    expect(await bring('invented-9', '192.0.2.2')).to.equal(401);
  });

  it('are changed by a setting, which is checked', () => {
    const read = (value: string) => readConfig({ RATE_LIMITS: value }).RATE_LIMITS;
    expect(read('search=10/60, batch=off')).to.deep.equal({ search: { limit: 10, seconds: 60 }, batch: 'off' });
    for (const wrong of ['search', 'search=0/60', 'search=10', 'search=10/0', 'search=-1/60']) {
      expect(() => read(wrong), wrong).to.throw(/RATE_LIMITS/);
    }
    const make = (changes: LimitChanges) => () => createRateLimits({ db, log: recordingLog([]), changes });
    expect(make({ serach: 'off' })).to.throw('RATE_LIMITS names "serach", which is none of registration');
  });

  it('are off where the setting says so', async () => {
    const server = await start({ changes: { search: 'off' } });
    const { status, headers } = await ask(server, '/search');
    expect(status).to.equal(200);
    expect(headers.has('ratelimit')).to.equal(false);
  });
});
