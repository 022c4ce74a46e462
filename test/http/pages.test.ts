import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Db } from '../../src/db/database.js';
import { ERRORS } from '../../src/errors.js';
import { createDocument } from '../../src/http/openapi.js';
import { exampleOf } from '../../src/http/pages/example.js';
import { html, markdown } from '../../src/http/pages/html.js';
import { listRoutes } from '../../src/http/routes.js';
import { createSessions } from '../../src/http/sessions.js';
import type { Services } from '../../src/http/services.js';
import { serve } from '../support/http.js';
import { skipBecause } from '../support/skip.js';

const API = 'http://api.test';
const MCP = 'http://mcp.test/mcp';
const readiness = async () => ({ status: 'ok' as const, components: {} });
// The pages and the document need no more of the services than where they are, and that nobody is signed in.
const sessions = createSessions({ db: undefined as unknown as Db, audience: API });
const routes = listRoutes({ audience: API, tokenAudiences: [API, MCP], sessions, readiness } as unknown as Services);
const document = createDocument(routes);
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
const PAGES = ['/', '/docs', '/problems', '/session', '/verify'];

describe('the pages', () => {
  let server: Awaited<ReturnType<typeof serve>>;
  before(async () => {
    server = await serve(routes);
  });
  after(() => server.stop());

  const get = async (path: string) => {
    const response = await fetch(server.url + path);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('load nothing and run nothing but what their policy names', async () => {
    for (const path of PAGES) {
      const { status, headers, text } = await get(path);
      expect(status, path).to.equal(200);
      expect(headers.get('content-type')).to.equal('text/html; charset=utf-8');
      const policy = headers.get('content-security-policy')!;
      expect(policy).to.include("default-src 'none'").and.not.include('unsafe');
      expect(text).not.to.match(/<[^>]* (src|style|on\w+)=/);
    }
  });

  it('name each place once', async () => {
    for (const path of PAGES) {
      const ids = [...(await get(path)).text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(ids).to.deep.equal([...new Set(ids)]);
    }
  });

  it('link only to what is there', async () => {
    for (const path of PAGES) {
      const { text } = await get(path);
      const targets = new Set([...text.matchAll(/href="([^"]+)"/g)].map(([, target]) => target!));
      const pages = new Map<string, Awaited<ReturnType<typeof get>>>();
      for (const target of targets) {
        const [page = '', anchor] = target.split('#');
        const linked = pages.get(page) ?? (await get(page || path));
        pages.set(page, linked);
        expect(linked.status, `${path} links to ${target}`).to.equal(200);
        if (anchor) expect(linked.text.includes(`id="${anchor}"`), `${path} links to ${target}`).to.equal(true);
      }
    }
  });

  it('document every operation and every schema, each with a link of its own', async () => {
    const { text } = await get('/docs');
    const ids = [
      ...operations.map(({ operationId }) => operationId),
      ...Object.keys(document.components.schemas).map((name) => `schema-${name}`),
    ];
    expect(ids.filter((id) => !text.includes(`<article class="card" id="${id}"`))).to.deep.equal([]);
    expect(text.includes('curl -X POST &quot;$API/diaries/DIARY_ID/entries&quot;')).to.equal(true);
  });

  it('explain every failure under the address that answers give', async () => {
    const { text } = await get('/problems');
    for (const name of Object.keys(ERRORS)) expect(text).to.include(`id="${name}"`);
  });

  it('show example bodies that the API takes', () => {
    const bodies = routes.filter((route) => route.body && !route.hidden && route.bodyType !== 'form');
    const strange = bodies.filter((route) => {
      const { schema } = document.paths[route.path]![route.method]!.requestBody!.content['application/json']!;
      return !route.body!.safeParse(exampleOf(document, schema!)).success;
    });
    expect(strange.map((route) => route.operationId)).to.deep.equal([]);
  });

  it('escape what they are given', () => {
    expect(html`<p>${'<script>"\'&'}</p>`.markup).to.equal('<p>&lt;script&gt;&quot;&#39;&amp;</p>');
    const [paragraph, list] = markdown('a `b<` **c** [d](/e) [f](javascript:g)\n\n- one\n- two').map(
      (one) => one.markup,
    );
    expect(paragraph).to.equal('<p>a <code>b&lt;</code> <strong>c</strong> <a href="/e">d</a> [f](javascript:g)</p>');
    expect(list).to.match(/<li>one<\/li><li>two<\/li>/);
  });

  it('are told to programs and models as well', async () => {
    expect(JSON.parse((await get('/openapi.json')).text)).to.deep.equal(JSON.parse(JSON.stringify(document)));
    const llms = await get('/llms.txt');
    expect(llms.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
    for (const { operationId } of operations) expect(llms.text).to.include(`(${operationId})`);
    const discovery = JSON.parse((await get('/.well-known/moltnet.json')).text);
    expect(discovery).to.include({ api: API, mcp: MCP });
    expect(discovery.authorizationServer).to.equal(`${API}/.well-known/oauth-authorization-server`);
    for (const [name, address] of Object.entries<string>(discovery)) {
      if (!address.startsWith(`${API}/`)) continue;
      const { status } = await get(address.slice(API.length));
      // The log is read from the database, which is not here: that its place is known must do.
      const answers: Record<string, number> = { registration: 405, token: 405, log: 500, logKeys: 500 };
      expect(status, name).to.equal(answers[name] ?? 200);
    }
  });

  describe('in a browser', () => {
    const BROWSER = '/usr/bin/chromium';
    let browser: Browser | undefined;
    let page: Page;
    const complaints: string[] = [];
    before(async function () {
      if (!existsSync(BROWSER)) return skipBecause(this, `there is no browser at ${BROWSER}`);
      browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
    });
    after(() => browser?.close());
    beforeEach(async () => {
      complaints.length = 0;
      page = await browser!.newPage({ viewport: { width: 1280, height: 800 } });
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
    });
    afterEach(async () => {
      expect(complaints).to.deep.equal([]);
      await page.close();
    });

    const shown = () => page.locator('article:visible').count();

    it('narrow down to what has the words, by keyboard alone', async () => {
      await page.goto(`${server.url}/docs`);
      const all = await shown();
      await page.keyboard.press('/');
      await page.keyboard.type('post entries');
      expect(await page.locator('#createEntry').isVisible()).to.equal(true);
      expect(await page.locator('#whoami').isVisible()).to.equal(false);
      expect(await page.locator('#filter-count').textContent()).to.match(/^\d+ matches$/);
      await page.keyboard.press('Escape');
      expect(await shown()).to.equal(all);
    });

    it('show a linked schema also when the search hides it', async () => {
      await page.goto(`${server.url}/docs`);
      await page.locator('#filter-box').fill('createentry');
      await page.locator('#createEntry a[href="#schema-NewEntry"]').first().click();
      await page.locator('#schema-NewEntry').waitFor({ state: 'visible' });
    });

    it('let the keyboard skip the navigation', async () => {
      await page.goto(`${server.url}/docs`);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).to.equal('main');
    });

    it('fit a phone, and follow the reader into the dark', async () => {
      await page.setViewportSize({ width: 360, height: 700 });
      for (const path of PAGES) {
        await page.goto(server.url + path);
        expect(await page.evaluate('document.documentElement.scrollWidth'), path).to.equal(360);
      }
      const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
      const light = await background();
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await background()).not.to.equal(light);
    });
  });
});
