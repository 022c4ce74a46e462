import { expect } from 'chai';
import fc from 'fast-check';
import { request } from 'node:http';
import { startTestServer, type TestServer } from '../support/server.js';

const RUNS = 300;

interface Call {
  method: string;
  path: string;
  body: string;
  headers: Record<string, string>;
}

describe('The REST API under arbitrary requests', function () {
  this.timeout(120_000);
  let server: TestServer;
  let token: string;
  let diary: string;

  before(async () => {
    server = await startTestServer();
    token = await server.newAgent();
    diary = (await server.call('POST', '/diaries', { token, body: { name: 'Fuzz' } })).body.id;
  });
  after(() => server.stop());

  function send({ method, path, body, headers }: Call): Promise<{ status: number; type: string; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(`${server.url}${path}`, { method, headers, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  const text = fc.string({ unit: 'binary', maxLength: 40 });
  const value = fc.jsonValue({ maxDepth: 3 });
  const paths = () =>
    fc.oneof(
      fc.constantFrom('/diaries', '/search', '/oauth2/token', '/auth/register', '/agents/whoami', '/ops/workflows'),
      fc.constant(`/diaries/${diary}/entries`),
      fc.constant(`/diaries/${diary}/entries/batch`),
      text.map((part) => `/entries/${encodeURIComponent(part)}`),
      text.map((part) => `/diaries/${diary}/entries?cursor=${encodeURIComponent(part)}`),
      fc.webPath().map((path) => (path.startsWith('/') ? path : `/${path}`)),
    );
  /** Bodies near what is expected reach further than noise does. */
  const bodies = fc.oneof(
    value.map((json) => JSON.stringify(json)),
    text,
    fc
      .dictionary(
        fc.constantFrom('content', 'title', 'tags', 'importance', 'type', 'id', 'name', 'query', 'limit', 'entries'),
        fc.oneof(value, text),
      )
      .map((json) => JSON.stringify(json)),
  );
  const headerText = fc.string({ unit: fc.constantFrom(...'abcXYZ019 -_=;,"*/'), maxLength: 20 });
  const headers = () =>
    fc
      .record({
        'Content-Type': fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain', 'x'),
        Authorization: fc.oneof({ weight: 4, arbitrary: fc.constant(`Bearer ${token}`) }, headerText),
        'Idempotency-Key': headerText,
        'If-Match': headerText,
        Prefer: headerText,
        Accept: headerText,
      })
      .map((all) => Object.fromEntries(Object.entries(all).filter(([, one]) => one !== '')));

  it('never fails by itself, and explains every refusal in one form', async () => {
    const calls = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'),
      path: paths(),
      body: bodies,
      headers: headers(),
    });
    await fc.assert(
      fc.asyncProperty(calls, async (call) => {
        const { status, type, text: answer } = await send(call);
        const shown = `${call.method} ${call.path}: ${status} ${answer}`;
        expect(status, shown).to.be.within(200, 499);
        if (status < 400) return;
        const problem = JSON.parse(answer) as { detail?: string; status?: number; error?: string };
        if (call.path.startsWith('/oauth2/')) expect(problem.error ?? problem.detail, shown).to.be.a('string');
        else {
          expect(type, shown).to.match(/^application\/problem\+json/);
          expect(problem, shown).to.include({ status });
          expect(problem.detail, shown).to.be.a('string').and.not.equal('');
        }
      }),
      { numRuns: RUNS },
    );
  });
});
