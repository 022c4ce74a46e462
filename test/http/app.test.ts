import { expect } from 'chai';
import { z } from 'zod';
import { AppError } from '../../src/errors.js';
import { defineRoute } from '../../src/http/route.js';
import { sendRaw, serve } from '../support/http.js';

const Note = z.strictObject({ title: z.string().max(10), tags: z.array(z.string()).max(3).default([]) });

let release: () => void = () => undefined;
let entered: () => void = () => undefined;

const routes = [
  defineRoute({
    method: 'post',
    path: '/notes/{id}',
    operationId: 'writeNote',
    summary: 'Echoes a note',
    tags: ['Notes'],
    access: 'agent',
    params: z.strictObject({ id: z.uuid() }),
    query: z.strictObject({ limit: z.coerce.number().int().max(100).optional() }),
    body: Note,
    responses: { 201: { description: 'The note', schema: Note } },
    handler: ({ body }) => ({ status: 201, body }),
  }),
  defineRoute({
    method: 'get',
    path: '/open',
    operationId: 'getOpen',
    summary: 'Open to all',
    tags: ['Notes'],
    access: 'public',
    responses: { 200: { description: 'ok', schema: z.object({ ok: z.boolean() }) } },
    handler: () => ({ status: 200, body: { ok: true } }),
  }),
  defineRoute({
    method: 'get',
    path: '/ops/secrets',
    operationId: 'getSecrets',
    summary: 'For operators',
    tags: ['Notes'],
    access: 'operator',
    responses: { 204: { description: 'ok' } },
    handler: () => ({ status: 204 }),
  }),
  defineRoute({
    method: 'post',
    path: '/broken',
    operationId: 'breakDown',
    summary: 'Fails',
    tags: ['Notes'],
    access: 'public',
    body: z.strictObject({ how: z.string() }),
    responses: { 204: { description: 'never' } },
    handler: ({ body }) => {
      if (body.how === 'field') throw new AppError('Conflict', 'taken', { field: 'entries[3].title' });
      if (body.how === 'lost') throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      throw new Error('a secret detail');
    },
  }),
  defineRoute({
    method: 'post',
    path: '/slow',
    operationId: 'waitForRelease',
    summary: 'Waits',
    tags: ['Notes'],
    access: 'public',
    responses: { 204: { description: 'released' } },
    handler: async () => {
      entered();
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return { status: 204 };
    },
  }),
];

const ID = '6f1f5c1e-9d0b-4a1a-8f3e-2f6d7c1b0a02';

describe('the HTTP frame', () => {
  let server: Awaited<ReturnType<typeof serve>>;
  before(async () => {
    server = await serve(routes, { corsOrigins: ['https://console.example'], deadlineMs: 200 });
  });
  after(() => server.stop());

  async function call(path: string, init: RequestInit = {}) {
    const response = await fetch(server.url + path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  }

  function write(body: string | Uint8Array, { path = `/notes/${ID}`, ...headers }: Record<string, string> = {}) {
    const all = { authorization: 'Bearer agent', 'content-type': 'application/json', ...headers };
    return call(path, { method: 'POST', headers: all, body });
  }

  it('answers a valid request with what the schema made of it', async () => {
    const answer = await write('{"title":"hello"}');
    expect(answer.status).to.equal(201);
    expect(answer.body).to.deep.equal({ title: 'hello', tags: [] });
    expect(answer.headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('cache-control')).to.equal('no-store');
  });

  it('reports every fault of every part at once, each with its place', async () => {
    const answer = await write('{"title":"far too long a title","tags":[1],"tittle":"x"}', {
      path: '/notes/seven?limit=1000&page=2',
    });
    expect(answer.status).to.equal(400);
    expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
    expect(answer.body).to.include({ name: 'InvalidInput', type: '/problems#InvalidInput', status: 400 });
    expect(answer.body.requestId).to.equal(answer.headers.get('x-request-id'));
    const places = answer.body.errors.map((fault: { in: string; pointer: string }) => `${fault.in} ${fault.pointer}`);
    expect(places).to.have.members([
      'path /id',
      'query /limit',
      'query /page',
      'body /title',
      'body /tags/0',
      'body /tittle',
    ]);
  });

  it('says that a missing field is required', async () => {
    const answer = await write('{}');
    expect(answer.body.errors).to.deep.equal([{ in: 'body', pointer: '/title', message: 'is required' }]);
    expect(
      (await call(`/notes/${ID}`, { method: 'POST', headers: { authorization: 'Bearer agent' } })).body.errors[0],
    ).to.include({ pointer: '', message: 'is required' });
  });

  it('refuses malformed JSON with the position', async () => {
    const answer = await write('{"title": "x",\n  oops}');
    expect(answer.status).to.equal(400);
    expect(answer.body.detail).to.include('position 17 (line 2, column 3)');
  });

  it('refuses NUL, lone surrogates, duplicate keys and __proto__ with their field', async () => {
    for (const [body, pointer] of [
      ['{"title":"a\\u0000b"}', '/title'],
      ['{"title":"a","tags":["x","\\ud800"]}', '/tags/1'],
      ['{"title":"a","title":"b"}', '/title'],
      ['{"title":"a","__proto__":{}}', '/__proto__'],
    ] as const) {
      const answer = await write(body);
      expect(answer.status, body).to.equal(400);
      expect(answer.body.errors[0].pointer).to.equal(pointer);
    }
  });

  it('refuses a body that is not UTF-8', async () => {
    const answer = await write(new Uint8Array([0x22, 0xff, 0x22]));
    expect(answer.body.detail).to.match(/UTF-8/);
  });

  it('refuses another media type, another charset and an unknown encoding', async () => {
    expect((await write('a=b', { 'content-type': 'text/plain' })).status).to.equal(415);
    expect((await write('{}', { 'content-type': 'application/json; charset=latin1' })).status).to.equal(415);
    expect((await write('{}', { 'content-encoding': 'snappy' })).status).to.equal(415);
  });

  it('refuses more than 5 MB, announced or streamed, and more than 64 KB where nobody is known', async () => {
    const large = new Uint8Array(5 * 1024 * 1024 + 1).fill(0x20);
    expect((await write(large)).status).to.equal(413);
    const streamed = await fetch(`${server.url}/notes/${ID}`, {
      method: 'POST',
      headers: { authorization: 'Bearer agent', 'content-type': 'application/json' },
      body: new Blob([large]).stream(),
      duplex: 'half',
    });
    expect(streamed.status).to.equal(413);
    await streamed.text();
    expect((await write(new Uint8Array(70_000).fill(0x20), { path: '/broken' })).status).to.equal(413);
  });

  it('refuses a body where none is taken, and a repeated or undecodable query parameter', async () => {
    expect((await write('{}', { path: '/slow' })).body.detail).to.include('takes no body');
    expect((await call('/open?a=1&a=2')).body.errors.map((fault: { pointer: string }) => fault.pointer)).to.include(
      '/a',
    );
    expect((await call('/open?a=%ff')).status).to.equal(400);
    expect((await call('/open?a=%00')).status).to.equal(400);
  });

  it('asks who it is before it reads anything', async () => {
    const answer = await write('not json', { authorization: 'Bearer nobody' });
    expect(answer.status).to.equal(401);
    expect(answer.headers.get('www-authenticate')).to.match(/^Bearer/);
  });

  it('shows operator routes to operators only', async () => {
    const asAgent = await call('/ops/secrets', { headers: { authorization: 'Bearer agent' } });
    expect(asAgent.status).to.equal(404);
    expect((await call('/ops/secrets', { headers: { authorization: 'Bearer operator' } })).status).to.equal(204);
  });

  it('answers 404, 405 with Allow, HEAD and OPTIONS without a page of Express', async () => {
    const unknown = await call('/nowhere');
    expect(unknown.status).to.equal(404);
    expect(unknown.body.name).to.equal('NotFound');
    const wrong = await call('/open', { method: 'DELETE' });
    expect(wrong.status).to.equal(405);
    expect(wrong.headers.get('allow')).to.equal('GET, HEAD, OPTIONS');
    expect((await call('/open', { method: 'HEAD' })).status).to.equal(200);
    expect((await call('/open', { method: 'OPTIONS' })).status).to.equal(204);
    expect((await call('/%ff')).body.name).to.be.oneOf(['InvalidInput', 'NotFound']);
    expect((await call('/notes/%ff', { method: 'POST' })).body.name).to.equal('InvalidInput');
  });

  it('lets the listed origins call, and no other', async () => {
    const ask = (origin: string) =>
      call('/open', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });
    expect((await ask('https://console.example')).headers.get('access-control-allow-origin')).to.equal(
      'https://console.example',
    );
    expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).to.equal(null);
  });

  it('tells nothing about an unexpected failure, and logs it once', async () => {
    server.lines.length = 0;
    const answer = await write('{"how":"bug"}', { path: '/broken' });
    expect(answer.status).to.equal(500);
    expect(JSON.stringify(answer.body)).not.to.include('secret');
    const errors = server.lines.filter((line) => line.level === 'error');
    expect(errors).to.have.length(1);
    expect(errors[0]?.details['requestId']).to.equal(answer.body.requestId);
  });

  it('points at the field of a named failure, and calls a lost database by its name', async () => {
    expect((await write('{"how":"field"}', { path: '/broken' })).body.errors[0].pointer).to.equal('/entries/3/title');
    const lost = await write('{"how":"lost"}', { path: '/broken' });
    expect(lost.status).to.equal(503);
    expect(lost.body).to.include({ name: 'DatabaseUnavailable', retryable: true });
    expect(lost.headers.get('retry-after')).to.equal('2');
  });

  it('answers in time for work that never ends, and says how to learn the outcome', async () => {
    const answer = await call('/slow', { method: 'POST', headers: { 'idempotency-key': 'write-7' } });
    release();
    expect(answer.status).to.equal(503);
    expect(answer.body.name).to.equal('StartTimedOut');
    expect(answer.body.detail).to.include('may still happen').and.to.include('"write-7"');
  });

  it('logs neither query nor body', async () => {
    server.lines.length = 0;
    await write('{"title":"private"}', { path: `/notes/${ID}?limit=5&secretword=1` });
    await call('/open');
    expect(server.lines.some((line) => line.details['route'] === '/open')).to.equal(true);
    expect(JSON.stringify(server.lines)).not.to.match(/private|secretword/);
  });

  it('answers what is not HTTP, and headers without end, in problem+json', async () => {
    expect(await sendRaw(server.port, 'NONSENSE\r\n\r\n')).to.match(
      /^HTTP\/1\.1 400 [\s\S]*application\/problem\+json/,
    );
    const huge = `GET /open HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(20_000)}\r\n\r\n`;
    expect(await sendRaw(server.port, huge)).to.match(/^HTTP\/1\.1 431 [\s\S]*HeadersTooLarge/);
  });
});

describe('stopping', () => {
  it('finishes what is in flight and refuses what comes later', async () => {
    const stopping = new AbortController();
    const server = await serve(routes, { stopping: stopping.signal });
    const began = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const inFlight = fetch(`${server.url}/slow`, { method: 'POST' });
    await began;
    stopping.abort();
    const refused = await fetch(`${server.url}/open`);
    expect(refused.status).to.equal(503);
    const closed = server.close(10_000);
    release();
    expect((await inFlight).status).to.equal(204);
    await closed;
  });

  it('cuts what does not finish in time', async () => {
    const server = await serve(routes);
    const began = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const inFlight = fetch(`${server.url}/slow`, { method: 'POST' }).then(
      () => 'answered',
      () => 'cut',
    );
    await began;
    await server.close(10);
    expect(await inFlight).to.equal('cut');
    release();
  });

  it('names the port that is taken, and the remedy', async () => {
    const server = await serve(routes);
    const { listen } = await import('../../src/http/listen.js');
    const second = await listen(() => undefined, { host: '127.0.0.1', port: server.port }).catch(
      (error: unknown) => error,
    );
    expect((second as Error).message)
      .to.include(String(server.port))
      .and.to.include('PORT=');
    await server.stop();
  });
});
