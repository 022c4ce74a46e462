import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { chromium, type Browser } from 'playwright-core';
import { openDatabase, type Db } from '../../src/db/database.js';
import { raiseAuthEpoch } from '../../src/db/agents/principals.js';
import { comesFromHere, createSessions, newSecret } from '../../src/http/sessions.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { newPerson } from '../support/moltnet.js';
import { AUDIENCE, startTestServer, type TestServer } from '../support/server.js';
import { skipBecause } from '../support/skip.js';

const HERE = { origin: AUDIENCE, 'sec-fetch-site': 'same-origin' };

describe('sessions', function () {
  this.timeout(60_000);
  let database: FreshDatabase;
  let db: Db;
  let api: TestServer;
  let token: string;
  let agentId: string;

  before(async () => {
    database = await freshDatabase();
    db = openDatabase(database.url, { max: 2 });
    api = await startTestServer({ DATABASE_URL: database.url });
  });
  after(async () => {
    await api.stop();
    await db.destroy();
    await database.drop();
  });
  beforeEach(async () => {
    token = await api.newAgent('night shift');
    agentId = (await api.call('GET', '/agents/whoami', { token })).body.id;
  });

  const link = async (as = token) => {
    const { status, body } = await api.call('POST', '/auth/sign-in-links', { token: as });
    expect(status).to.equal(201);
    return new URL(body.url).searchParams.get('link')!;
  };

  interface Asked {
    method?: string;
    form?: Record<string, string>;
    headers?: Record<string, string>;
    cookie?: string | undefined;
  }
  async function ask(path: string, { method = 'GET', form, headers = {}, cookie }: Asked = {}) {
    const response = await fetch(api.url + path, {
      method: form ? 'POST' : method,
      headers: { ...headers, ...(cookie !== undefined && { cookie }) },
      redirect: 'manual',
      ...(form && { body: new URLSearchParams(form) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  const signIn = (secret: string, more: Asked = {}) =>
    ask('/sign-in', { form: { link: secret }, headers: HERE, ...more });
  const cookieOf = ({ headers }: { headers: Headers }) => headers.get('set-cookie')?.split(';')[0];
  const newCookie = async () => cookieOf(await signIn(await link()))!;
  const whoami = (cookie: string | undefined, headers: Record<string, string> = {}) =>
    ask('/agents/whoami', { cookie, headers });

  it('begin by a link that an agent makes, and act as this agent', async () => {
    const secret = await link();
    const answer = await signIn(secret);
    expect(answer.status).to.equal(303);
    expect(answer.headers.get('location')).to.equal('/session');
    expect(answer.headers.get('set-cookie')).to.match(
      /^moltnet-session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const { status, text } = await whoami(cookieOf(answer));
    expect(status).to.equal(200);
    expect(JSON.parse(text)).to.include({ id: agentId, role: 'agent' });
  });

  it('keep their cookie to this host and to TLS where there is TLS', () => {
    const { cookieFor, endedCookie } = createSessions({ db, audience: 'https://api.example' });
    for (const cookie of [cookieFor(newSecret()), endedCookie]) {
      expect(cookie).to.match(/^__Host-moltnet=.*; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
      expect(cookie).not.to.include('Domain');
    }
  });

  it('are not begun by looking at the link, however often, as programs that preview links do', async () => {
    const secret = await link();
    for (let i = 0; i < 3; i++) {
      const { status, headers, text } = await ask(`/sign-in?link=${secret}`);
      expect(status).to.equal(200);
      expect(text).to.include('night shift').and.include(`value="${secret}"`);
      expect(headers.get('set-cookie')).to.equal(null);
      expect(headers.get('cache-control')).to.equal('private, no-store');
      expect(headers.get('referrer-policy')).to.equal('same-origin');
      expect(headers.get('content-security-policy'))
        .to.include("form-action 'self'")
        .and.include("frame-ancestors 'none'");
    }
    expect((await signIn(secret)).status).to.equal(303);
  });

  it('begin once of a link, also when two browsers open it at once', async () => {
    const secret = await link();
    const answers = await Promise.all(Array.from({ length: 8 }, () => signIn(secret)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, ...Array<number>(7).fill(410)]);
    const late = await ask(`/sign-in?link=${secret}`);
    expect(late.status).to.equal(410);
    expect(late.text).to.include('works once, within five minutes');
    expect(await db('sessions').where({ agent_id: agentId })).to.have.lengthOf(1);
  });

  it('do not begin by a link that is late, unknown, or made before something ended', async () => {
    const [late, before, disabled] = [await link(), await link(), await link()];
    const expired = { expires_at: db.raw("now() - interval '1 second'") };
    await db('sign_in_links').where({ agent_id: agentId }).update(expired);
    expect((await signIn(late)).status).to.equal(410);
    await db('sign_in_links')
      .where({ agent_id: agentId })
      .update({ expires_at: db.raw("now() + interval '5 minutes'") });
    await db('agents').where({ id: agentId }).update({ disabled_at: new Date() });
    expect((await signIn(disabled)).status).to.equal(410);
    await db('agents').where({ id: agentId }).update({ disabled_at: null });
    await raiseAuthEpoch(db, agentId);
    expect((await signIn(before)).status).to.equal(410);
    for (const odd of [newSecret().text, '', "' or 1=1 --", 'x'.repeat(43)]) {
      expect((await signIn(odd)).status, odd).to.equal(410);
    }
    expect((await ask('/sign-in')).status).to.equal(410);
    expect(await db('sessions').where({ agent_id: agentId })).to.deep.equal([]);
  });

  it('do not begin when another site sends the form, so that nobody is signed in as somebody else', async () => {
    const secret = await link();
    const elsewhere = [
      {},
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { origin: `${AUDIENCE}.evil.test` },
      { origin: AUDIENCE, 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of elsewhere) {
      const { status, headers: answered } = await signIn(secret, { headers });
      expect([status, answered.get('set-cookie')], JSON.stringify(headers)).to.deep.equal([403, null]);
    }
    expect((await signIn(secret, { headers: { origin: AUDIENCE } })).status).to.equal(303);
  });

  it('always begin under a new secret, and end the one that the browser had', async () => {
    const planted = `moltnet-session=${newSecret().text}`;
    const first = cookieOf(await signIn(await link(), { cookie: planted }))!;
    expect(first).not.to.equal(planted);
    expect((await whoami(planted)).status).to.equal(401);
    const second = cookieOf(await signIn(await link(), { cookie: first }))!;
    expect([(await whoami(first)).status, (await whoami(second)).status]).to.deep.equal([401, 200]);
  });

  it('count for nothing when their cookie comes twice or is none of ours', async () => {
    const cookie = await newCookie();
    expect((await whoami(`other=1; ${cookie}`)).status).to.equal(200);
    for (const odd of [
      `${cookie}; moltnet-session=${newSecret().text}`,
      `${cookie}x`,
      'moltnet-session=',
      `x${cookie}`,
    ]) {
      expect((await whoami(odd)).status, odd).to.equal(401);
    }
  });

  it('change something only from pages of this site', async () => {
    const cookie = await newCookie();
    const create = async (headers: Record<string, string>) => {
      const json = { cookie, 'content-type': 'application/json', ...headers };
      return (await fetch(`${api.url}/diaries`, { method: 'POST', headers: json, body: '{"name":"x"}' })).status;
    };
    expect(await create(HERE)).to.equal(201);
    expect(await create({ origin: AUDIENCE })).to.equal(201);
    const forged = [
      {},
      { origin: 'https://evil.test' },
      { origin: 'null', 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'same-site' },
      { origin: AUDIENCE, 'sec-fetch-site': 'cross-site' },
      { referer: `${AUDIENCE}/session` },
    ];
    for (const headers of forged) expect(await create(headers), JSON.stringify(headers)).to.equal(403);
    expect((await whoami(cookie, { 'sec-fetch-site': 'cross-site' })).status).to.equal(403);
    expect((await whoami(cookie, { 'sec-fetch-site': 'none' })).status).to.equal(200);
    expect(await db('diaries').where({ owner_id: agentId })).to.have.lengthOf(2);
  });

  it('leave what comes with a token to the token', async () => {
    const cookie = await newCookie();
    const other = await api.newAgent('other');
    const { text } = await whoami(cookie, { authorization: `Bearer ${other}` });
    expect(JSON.parse(text).name).to.equal('other');
    expect((await whoami(cookie, { authorization: 'Bearer invented' })).status).to.equal(401);
  });

  it('make no links to further sessions', async () => {
    const answer = await ask('/auth/sign-in-links', { method: 'POST', cookie: await newCookie(), headers: HERE });
    expect(answer.status).to.equal(403);
    expect(JSON.parse(answer.text).detail).to.include('send a token');
  });

  it('are those of an operator only while the agent is one', async () => {
    const operator = await api.token(api.operator);
    const cookie = cookieOf(await signIn(await link(operator)))!;
    const overview = (which: string) => ask('/ops/workflows', { cookie: which });
    expect((await overview(cookie)).status).to.equal(200);
    expect((await overview(await newCookie())).status).to.equal(404);
    await db('agents').where({ id: api.operator.agentId }).update({ role: 'agent' });
    expect((await overview(cookie)).status).to.equal(404);
    await db('agents').where({ id: api.operator.agentId }).update({ role: 'operator' });
  });

  for (const [what, finish] of [
    ['their time is over', () => db('sessions').where({ agent_id: agentId }).update({ expires_at: new Date() })],
    ['the agent is disabled', () => db('agents').where({ id: agentId }).update({ disabled_at: new Date() })],
    ['a token of the agent is revoked or its keys change', () => raiseAuthEpoch(db, agentId)],
  ] as const) {
    it(`end when ${what}`, async () => {
      const cookie = await newCookie();
      expect((await whoami(cookie)).status).to.equal(200);
      await finish();
      expect((await whoami(cookie)).status).to.equal(401);
      expect((await ask('/session', { cookie })).text).to.include('You are not signed in');
    });
  }

  it('are listed and ended by the agent, in every process at once, and by nobody else', async () => {
    const [first, second] = [await newCookie(), await newCookie()];
    const stranger = await api.newAgent('stranger');
    const { body } = await api.call('GET', '/sessions', { token });
    expect(body.items).to.have.lengthOf(2);
    const own = JSON.parse((await ask('/sessions', { cookie: first })).text).items;
    expect(own.map(({ current }: { current: boolean }) => current)).to.deep.equal([false, true]);
    const path = `/sessions/${body.items[0].id}`;
    expect((await api.call('DELETE', path, { token: stranger })).status).to.equal(404);
    expect((await whoami(second)).status).to.equal(200);
    expect((await api.call('DELETE', path, { token })).status).to.equal(204);
    expect((await api.call('DELETE', path, { token })).status).to.equal(404);
    expect([(await whoami(first)).status, (await whoami(second)).status]).to.deep.equal([200, 401]);
  });

  it('end on the page, and only by its own forms', async () => {
    const [cookie, other] = [await newCookie(), await newCookie()];
    const page = await ask('/session', { cookie });
    expect(page.text).to.include('night shift').and.include('Sign out');
    const [own, another] = [...page.text.matchAll(/name="session" value="([^"]+)"/g)].map(([, id]) => id!);
    const press = (session: string, headers: Record<string, string> = HERE) =>
      ask('/session/end', { form: { session }, cookie, headers });
    expect((await press(own!, { origin: 'https://evil.test' })).status).to.equal(403);
    expect((await press(another!)).headers.get('set-cookie')).to.equal(null);
    expect([(await whoami(cookie)).status, (await whoami(other)).status]).to.deep.equal([200, 401]);
    const out = await press(own!);
    expect([out.status, out.headers.get('location')]).to.deep.equal([303, '/session']);
    expect(out.headers.get('set-cookie')).to.match(/^moltnet-session=; Max-Age=0;/);
    expect((await whoami(cookie)).status).to.equal(401);
    expect((await press(own!)).status).to.equal(303);
  });

  it('show their agent on every page, to nobody else', async () => {
    const cookie = await newCookie();
    for (const path of ['/', '/docs', '/problems']) {
      const mine = await ask(path, { cookie });
      expect(mine.text).to.include('>night shift</a>');
      expect(mine.headers.get('cache-control')).to.equal('private, no-store');
      const anybodys = await ask(path);
      expect(anybodys.text).to.include('>Sign in</a>').and.not.include('night shift');
      expect(anybodys.headers.get('vary')).to.include('Cookie');
    }
  });

  it('leave nothing in the database that would open a door', async () => {
    const secret = await link();
    const open = await link();
    const cookie = cookieOf(await signIn(secret))!.split('=')[1]!;
    const rows = JSON.stringify([await db('sessions'), await db('sign_in_links')]);
    for (const text of [secret, open, cookie]) {
      const bytes = Buffer.from(text);
      for (const form of [text, bytes.toString('hex'), bytes.toString('base64')]) expect(rows).not.to.include(form);
      expect(rows).not.to.include(JSON.stringify([...Buffer.from(text, 'base64url')]).slice(1, -1));
    }
  });

  it('clean up after themselves', async () => {
    await newCookie();
    await db('sessions').update({ expires_at: db.raw("now() - interval '1 second'") });
    await db('sign_in_links').update({ expires_at: db.raw("now() - interval '1 second'") });
    await newCookie();
    const [sessions, links] = [await db('sessions'), await db('sign_in_links')];
    expect(sessions.length).to.be.at.most(15);
    expect(links.filter((row: { expires_at: Date }) => row.expires_at > new Date())).to.have.lengthOf(1);
  });

  it('are seen by a second process as by the first', async () => {
    const cookie = await newCookie();
    const sessions = createSessions({ db, audience: AUDIENCE });
    expect((await sessions.find(cookie))?.agentId).to.equal(agentId);
    expect(await sessions.find(undefined)).to.equal(undefined);
  });

  it('know a page of ours by what browsers say', () => {
    const own = 'https://api.example';
    expect(comesFromHere('GET', {}, own)).to.equal(true);
    expect(comesFromHere('HEAD', { 'sec-fetch-site': 'none' }, own)).to.equal(true);
    expect(comesFromHere('GET', { 'sec-fetch-site': 'same-site' }, own)).to.equal(false);
    expect(comesFromHere('GET', { origin: 'https://evil.test' }, own)).to.equal(false);
    expect(comesFromHere('POST', {}, own)).to.equal(false);
    expect(comesFromHere('POST', { origin: own }, own)).to.equal(true);
    expect(comesFromHere('POST', { 'sec-fetch-site': 'same-origin' }, own)).to.equal(true);
    expect(comesFromHere('DELETE', { origin: 'http://api.example' }, own)).to.equal(false);
  });

  describe('of the command', () => {
    it('are begun, listed and ended by it', async () => {
      const person = await newPerson(api.url);
      await person.json(['register', '--name', 'someone']);
      const { url } = await person.json(['connect']);
      expect((await person.moltnet(['connect'])).stdout).to.match(/\/sign-in\?link=[\w-]{43}\nOpen it in a browser/);
      const cookie = cookieOf(await signIn(new URL(url).searchParams.get('link')!));
      expect(JSON.parse((await whoami(cookie)).text).name).to.equal('someone');
      const { items } = await person.json(['sessions']);
      expect((await person.moltnet(['sessions'])).stdout).to.include(items[0].id);
      await person.json(['sessions', 'end', items[0].id]);
      expect((await whoami(cookie)).status).to.equal(401);
      const asOperator = { env: { DATA_DIR: api.dataDir, MOLTNET_CONFIG_DIR: person.folder } };
      const operators = await person.json(['ops', 'login'], asOperator);
      const session = cookieOf(await signIn(new URL(operators.url).searchParams.get('link')!));
      expect(JSON.parse((await whoami(session)).text).role).to.equal('operator');
      await person.leave();
    });
  });

  describe('in a browser', () => {
    const BROWSER = '/usr/bin/chromium';
    let browser: Browser | undefined;
    const evil = {
      page: '',
      server: createServer((_request, response) => {
        response.setHeader('content-type', 'text/html').end(evil.page);
      }),
    };
    before(async function () {
      if (!existsSync(BROWSER)) return skipBecause(this, `there is no browser at ${BROWSER}`);
      evil.server.listen(0, '127.0.0.1');
      await once(evil.server, 'listening');
      const { port } = evil.server.address() as AddressInfo;
      const mapped = `--host-resolver-rules=MAP api.test ${new URL(api.url).host}, MAP evil.test 127.0.0.1:${port}`;
      browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', mapped] });
    });
    after(async () => {
      await browser?.close();
      evil.server.close();
    });

    it('begin by a press of the button, last from page to page, and end by another', async () => {
      const context = await browser!.newContext();
      const page = await context.newPage();
      await page.goto(`${AUDIENCE}/sign-in?link=${await link()}`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
      expect(page.url()).to.equal(`${AUDIENCE}/session`);
      expect(await page.evaluate('document.cookie')).to.equal('');
      const name = await page
        .evaluate("fetch('/agents/whoami').then((r) => r.json()).then((me) => me.name)")
        .catch(String);
      expect(name).to.match(/Content Security Policy|Failed to fetch/);
      await page.getByRole('link', { name: 'night shift' }).waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
      expect(await context.cookies()).to.deep.equal([]);
      await context.close();
    });

    it('are not used by a page of another site, nor begun by it', async () => {
      const context = await browser!.newContext();
      const page = await context.newPage();
      await page.goto(`${AUDIENCE}/sign-in?link=${await link()}`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
      const planted = await link();
      evil.page = `<form method="post" action="${AUDIENCE}/sign-in"><input name="link" value="${planted}"><button>x</button></form>`;
      await page.goto('http://evil.test/');
      const status = await page.evaluate(
        `fetch('${AUDIENCE}/diaries', { method: 'POST', credentials: 'include', mode: 'no-cors', body: '{}' }).then((r) => r.type)`,
      );
      expect(status).to.equal('opaque');
      await page.getByRole('button').click();
      await page.getByText('did not come from a page of this site').waitFor();
      expect(await db('diaries').where({ owner_id: agentId })).to.deep.equal([]);
      expect((await ask(`/sign-in?link=${planted}`)).status).to.equal(200);
      await context.close();
    });
  });
});
