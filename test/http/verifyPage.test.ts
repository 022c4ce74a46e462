import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Db } from '../../src/db/database.js';
import { listRoutes } from '../../src/http/routes.js';
import { createSessions } from '../../src/http/sessions.js';
import type { Services } from '../../src/http/services.js';
import { bundleText, eventfulWorld, uuid } from '../protocol/bundleWorld.js';
import { serve } from '../support/http.js';
import { skipBecause } from '../support/skip.js';

const API = 'http://api.test';
const BROWSER = '/usr/bin/chromium';

describe('the page that verifies a bundle', () => {
  const { world, bundle } = eventfulWorld();
  const good = bundleText(bundle);
  // The page needs nothing of the services but that nobody is signed in.
  const sessions = createSessions({ db: undefined as unknown as Db, audience: API });
  const services = { audience: API, tokenAudiences: [API], sessions } as unknown as Services;
  let server: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  let page: Page;
  let folder: string;
  const complaints: string[] = [];
  const requests: string[] = [];

  before(async function () {
    if (!existsSync(BROWSER)) return skipBecause(this, `there is no browser at ${BROWSER}`);
    folder = await mkdtemp(join(tmpdir(), 'moltnet-verify-'));
    server = await serve(listRoutes(services));
    browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    if (folder) await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    complaints.length = 0;
    requests.length = 0;
    page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${server.url}/verify`);
  });
  afterEach(async () => {
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  async function choose(text: string): Promise<string> {
    const file = { name: 'diary.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(text) };
    await page.locator('#file').setInputFiles(file);
    await page.locator('.verdict').waitFor();
    return (await page.locator('#result').innerText()).replaceAll(/\s+/g, ' ');
  }

  it('calls a good bundle consistent, trusts it by the key of its log, and asks nobody', async () => {
    const shown = await choose(good);
    expect(shown)
      .to.match(/^Consistent: /)
      .and.include(uuid('diary'))
      .and.include(world.logKey);
    expect(shown).to.include('6 and 1 revisions; 7 signed, 1 erased');
    await page.locator('#key').fill(world.logKey);
    await page.locator('#key').blur();
    await page.locator('.verdict.trusted').waitFor();
    expect(requests).to.deep.equal([`${server.url}/verify`]);
  });

  it('says what is wrong, on which line, in which entry', async () => {
    const shown = await choose(good.replace('two 😀', 'too 😀'));
    expect(shown).to.match(/^Broken: 1 check failed\./);
    expect(shown).to.include(`entry ${uuid('first')}: has another text than its author committed to (body)`);
  });

  it('shows what an adversary wrote as text', async () => {
    const shown = await choose(good.replace('"line":"entry"', '"<img src=x onerror=alert(1)>":"entry"'));
    expect(shown).to.include('has not the form of a line');
    expect(await page.locator('#result img').count()).to.equal(0);
    expect(await choose('not a bundle\n')).to.match(/^Broken: /);
  });

  it('takes a file that is dropped', async () => {
    const transfer = await page.evaluateHandle(
      `(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(good)}], 'd.jsonl')); return data; })()`,
    );
    await page.locator('#drop').dispatchEvent('drop', { dataTransfer: transfer });
    await page.locator('.verdict.consistent').waitFor();
  });

  it('names a key that is none', async () => {
    await page.locator('#key').fill('abc');
    expect(await choose(good)).to.include('The key must be a name, eight digits and a key, joined by plus.');
  });

  it('works from a copy on a disk', async () => {
    const copy = join(folder, 'verify.html');
    await writeFile(copy, await (await fetch(`${server.url}/verify`)).text());
    await page.goto(pathToFileURL(copy).href);
    expect(await choose(good)).to.match(/^Consistent: /);
  });
});
