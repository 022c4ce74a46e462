import { connect } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { z } from 'zod';
import { defineRoute } from '../../src/http/route.js';
import { sendRaw, serve } from '../support/http.js';

const SPEC = { summary: '', tags: [] as string[] };
const Ip = z.object({ ip: z.string() });
const routes = [
  defineRoute({
    ...SPEC,
    method: 'get',
    path: '/ops/secrets',
    operationId: 'getSecrets',
    access: 'operator',
    responses: { 204: { description: '' } },
    handler: () => ({ status: 204 as const }),
  }),
  defineRoute({
    ...SPEC,
    method: 'post',
    path: '/notes/{id}',
    operationId: 'writeNote',
    access: 'agent',
    params: z.object({ id: z.uuid() }),
    body: z.strictObject({ title: z.string() }),
    responses: { 204: { description: '' } },
    handler: async () => {
      await nextTurn();
      return { status: 204 as const };
    },
  }),
  defineRoute({
    ...SPEC,
    method: 'post',
    path: '/form',
    operationId: 'sendForm',
    access: 'public',
    bodyType: 'form',
    body: z.object({ a: z.string() }),
    responses: { 204: { description: '' } },
    handler: () => ({ status: 204 as const }),
  }),
  defineRoute({
    ...SPEC,
    method: 'get',
    path: '/ip',
    operationId: 'getIp',
    access: 'public',
    responses: { 200: { description: '', schema: Ip } },
    handler: ({ ip }) => ({ status: 200 as const, body: { ip } }),
  }),
];
const NOTE = '/notes/6f1f5c1e-9d0b-4a1a-8f3e-2f6d7c1b0a02';
const ORIGIN = 'https://console.example';

describe('Hostile HTTP', () => {
  let server: Awaited<ReturnType<typeof serve>>;
  before(async () => {
    server = await serve(routes, { corsOrigins: [ORIGIN] }, { headersMs: 300, requestMs: 600, checkMs: 50 });
  });
  after(() => server.stop());

  /** The answer's status line, headers and body, of a request sent to the byte. */
  const raw = (head: string, headers: string[] = [], body = '') =>
    sendRaw(
      server.port,
      `${head} HTTP/1.1\r\n${['Host: api.test', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n${body}`,
    );
  const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

  it('finds no way around a door by writing its path differently', async () => {
    const disguises = [
      '/ops/../ops/secrets',
      '/ops/%2e%2e/ops/secrets',
      '/ip/../ops/secrets',
      '/ip/..%2fops/secrets',
      '/ip/%2e%2e%2fops%2fsecrets',
      '//ops/secrets',
      '/ops//secrets',
      '/./ops/secrets',
      '/OPS/SECRETS',
      '/ops%2fsecrets',
      '/ops/secrets%2f',
      '/ops/secrets%00',
      '/ops/secrets;x=1',
      '/ops/secrets%20',
      '/ops\\secrets',
      '/ops/secret%73',
      '/ops/secrets/',
      'http://api.test/ops/secrets',
      'http://evil.test/ops/secrets',
    ];
    for (const path of disguises) {
      expect(statusOf(await raw(`GET ${path}`)), path).to.be.oneOf([400, 401, 404]);
      expect(statusOf(await raw(`GET ${path}`, ['Authorization: Bearer agent'])), path).to.be.oneOf([400, 404]);
    }
    expect(statusOf(await raw('GET /ops/secrets', ['Authorization: Bearer operator']))).to.equal(204);
  });

  it('does not let a parameter reach another path, nor another method reach the handler', async () => {
    const agent = ['Authorization: Bearer agent', 'Content-Type: application/json', 'Content-Length: 2'];
    for (const path of ['/notes/..%2fops%2fsecrets', '/notes/%2e%2e', '/notes/..;']) {
      expect(statusOf(await raw(`POST ${path}`, agent, '{}')), path).to.be.oneOf([400, 404]);
    }
    const override = ['X-HTTP-Method-Override: POST', 'X-Original-URL: /ops/secrets', 'X-Rewrite-URL: /ops/secrets'];
    expect(statusOf(await raw('GET /notes/1', override))).to.equal(405);
    expect(statusOf(await raw('TRACE /ip'))).to.equal(405);
    expect(statusOf(await raw('GET /ip', override))).to.equal(200);
  });

  it('gives nobody a line in its answer', async () => {
    for (const path of ['/x%0d%0aX-Evil:%201', '/x%0aSet-Cookie:%20a=b', '/ip?x=%0d%0aX-Evil:%201']) {
      const answer = await raw(`GET ${path}`);
      expect(statusOf(answer), path).to.be.oneOf([400, 404]);
      expect(answer.split('\r\n\r\n')[0], path).not.to.match(/^(x-evil|set-cookie)/im);
    }
    const odd = await raw('GET /ip', ['X-Request-Id: a b<script>', 'Origin: https://evil.test']);
    expect(odd).not.to.include('<script>').and.not.include('evil.test');
    expect(odd).to.match(/X-Request-Id: [0-9a-f-]{36}\r\n/);
  });

  it('refuses bytes that two readers may take for two different requests', async () => {
    const post = `POST ${NOTE}`;
    const agent = ['Authorization: Bearer agent', 'Content-Type: application/json'];
    for (const headers of [
      ['Content-Length: 2', 'Transfer-Encoding: chunked'],
      ['Content-Length: 2', 'Content-Length: 3'],
      ['Content-Length: 2, 3'],
      ['Content-Length: +2'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding : chunked'],
      ['X-Folded: a\r\n b: c', 'Content-Length : 2'],
      ['X-Null: a\0b', 'Content-Length: 2'],
    ]) {
      const answer = await raw(post, [...agent, ...headers], '{}\r\n\r\nGET /ops/secrets HTTP/1.1\r\n\r\n');
      expect(statusOf(answer), headers.join('|')).to.be.oneOf([400, 501]);
      expect(answer.match(/HTTP\/1\.1 /g), headers.join('|')).to.have.lengthOf(1);
    }
  });

  it('refuses a header that comes twice where only one can count', async () => {
    for (const [first, second] of [
      ['Authorization: Bearer agent', 'Authorization: Bearer operator'],
      ['authorization: Bearer operator', 'AUTHORIZATION: Bearer operator'],
      ['Cookie: a=1', 'Cookie: a=2'],
      ['Idempotency-Key: one', 'Idempotency-Key: two'],
      ['If-Match: "1"', 'If-Match: "2"'],
      ['Origin: https://console.example', 'Origin: https://evil.test'],
      ['Content-Type: application/json', 'Content-Type: text/plain'],
      ['Host: evil.test', 'X-Other: 1'],
    ]) {
      const answer = await raw('GET /ip', [first!, second!]);
      expect(statusOf(answer), first).to.equal(400);
    }
    expect(statusOf(await raw('GET /ip', ['Accept: a/b', 'Accept: c/d', 'X-Other: 1', 'X-Other: 2']))).to.equal(200);
  });

  it('refuses a field that comes twice, in the query, the form and the body', async () => {
    const form = 'a=1&a=2';
    const type = 'Content-Type: application/x-www-form-urlencoded';
    expect(statusOf(await raw('GET /ip?a=1&a=2'))).to.equal(400);
    expect(statusOf(await raw('POST /form', [type, `Content-Length: ${form.length}`], form))).to.equal(400);
    const body = '{"title":"a","title":"b"}';
    const headers = ['Authorization: Bearer agent', 'Content-Type: application/json', `Content-Length: ${body.length}`];
    expect(statusOf(await raw(`POST ${NOTE}`, headers, body))).to.equal(400);
  });

  it('reads no more than 16 KB of headers, in one or in many', async () => {
    for (const headers of [
      [`X-Big: ${'a'.repeat(17_000)}`],
      Array.from({ length: 1_000 }, (_, i) => `X-H${i}: ${'a'.repeat(20)}`),
      [`Cookie: ${'a=b; '.repeat(4_000)}`],
    ]) {
      expect(statusOf(await raw('GET /ip', headers))).to.equal(431);
    }
    expect(statusOf(await raw(`GET /ip?${'a'.repeat(20_000)}`))).to.equal(431);
  });

  describe('that is slow', () => {
    it('loses its connection when its headers do not arrive in time', async () => {
      const answer = await sendRaw(server.port, 'GET /ip HTTP/1.1\r\nHost: api.test\r\nX-Slow: ');
      expect(answer).to.match(/^HTTP\/1\.1 408 [\s\S]*RequestTimedOut/);
    });

    it('loses its connection when it trickles its headers', async () => {
      const closed = new Promise<string>((resolve, reject) => {
        let answer = '';
        const socket = connect(server.port, '127.0.0.1', () => socket.write('GET /ip HTTP/1.1\r\nHost: api.test\r\n'));
        const timer = setInterval(() => socket.write('X-Slow: a\r\n'), 20);
        socket.on('data', (chunk) => (answer += chunk.toString()));
        socket.on('error', reject);
        socket.on('close', () => {
          clearInterval(timer);
          resolve(answer);
        });
      });
      expect(await closed).to.match(/^HTTP\/1\.1 408 /);
    });

    const post = (length: number) =>
      `POST ${NOTE} HTTP/1.1\r\nHost: api.test\r\nAuthorization: Bearer agent\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{"title"`;

    it('loses its connection when its body does not arrive in time', async () => {
      expect(await sendRaw(server.port, post(100))).to.match(/^HTTP\/1\.1 408 [\s\S]*RequestTimedOut/);
    });

    it('has as long for its body as it needs within that, whatever time the handler has', async () => {
      const patient = await serve(routes, { deadlineMs: 50 });
      const answer = new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect(patient.port, '127.0.0.1', () => {
          socket.write(post(14));
          void delay(150).then(() => socket.write(':"ab"}'));
        });
        socket.on('data', (chunk) => (text += chunk.toString()));
        socket.on('close', () => resolve(text));
        socket.on('error', reject);
      });
      expect(statusOf(await answer)).to.equal(204);
      await patient.stop();
    });

    it('keeps nobody else waiting', async () => {
      const slow = Array.from({ length: 50 }, () => sendRaw(server.port, 'GET /ip HTTP/1.1\r\nHost: api.test\r\nX: '));
      expect(statusOf(await raw('GET /ip'))).to.equal(200);
      for (const answer of await Promise.all(slow)) expect(answer).to.match(/^HTTP\/1\.1 408 /);
    });
  });

  describe('about where it comes from', () => {
    const ipOf = async (trustProxy: number, forwarded: string[]) => {
      const behind = await serve(routes, { trustProxy });
      try {
        const headers = forwarded.map((value) => `X-Forwarded-For: ${value}`);
        const head = ['GET /ip HTTP/1.1', 'Host: api.test', 'Connection: close', ...headers];
        const answer = await sendRaw(behind.port, `${head.join('\r\n')}\r\n\r\n`);
        return { ip: (JSON.parse(answer.split('\r\n\r\n')[1]!) as { ip: string }).ip, lines: behind.lines };
      } finally {
        await behind.stop();
      }
    };

    it('is not believed without a proxy that is trusted, and the log says so once', async () => {
      const { ip, lines } = await ipOf(0, ['192.0.2.7']);
      expect(ip).to.equal('127.0.0.1');
      expect(lines.filter(({ message }) => message.includes('TRUST_PROXY'))).to.have.lengthOf(1);
    });

    it('is what the nearest trusted proxy saw, whatever stands before that', async () => {
      for (const [trust, forwarded, ip] of [
        [1, ['192.0.2.7'], '192.0.2.7'],
        [1, ['10.9.9.9, 192.0.2.7'], '192.0.2.7'],
        [1, ['10.9.9.9', '192.0.2.7'], '192.0.2.7'],
        [2, ['10.9.9.9, 192.0.2.7, 198.51.100.1'], '192.0.2.7'],
        [1, [], '127.0.0.1'],
      ] as const) {
        expect((await ipOf(trust, [...forwarded])).ip, `${trust} ${forwarded.join(' | ')}`).to.equal(ip);
      }
    });

    it('does not buy it another count', async () => {
      const behind = await serve(routes, { trustProxy: 1, maxRequestsPerSecondPerAddress: 1 });
      const ask = (i: number) =>
        fetch(`${behind.url}/ip`, { headers: { 'x-forwarded-for': `10.0.0.${i}, 192.0.2.7` } }).then(
          (answer) => answer.status,
        );
      const statuses = await Promise.all(Array.from({ length: 30 }, (_, i) => ask(i)));
      expect(statuses.filter((status) => status === 200).length).to.be.within(10, 20);
      expect(statuses).to.include(429);
      await behind.stop();
    });
  });

  describe('from a page', () => {
    const preflight = (origin: string) =>
      raw('OPTIONS /ip', [`Origin: ${origin}`, 'Access-Control-Request-Method: GET']);

    it('is answered for listed origins only, to the letter, and never with credentials', async () => {
      const allowed = await preflight(ORIGIN);
      expect(allowed).to.match(/Access-Control-Allow-Origin: https:\/\/console\.example\r\n/);
      expect(allowed).to.match(/Vary: Origin\r\n/);
      for (const origin of [
        'null',
        '*',
        `${ORIGIN}.evil.test`,
        'http://console.example',
        'https://CONSOLE.example',
        `${ORIGIN}/`,
      ]) {
        expect(await preflight(origin), origin).not.to.match(/Access-Control-Allow-Origin/i);
      }
      expect(allowed).not.to.match(/Access-Control-Allow-Credentials/i);
    });

    it('gets nothing that a browser would render, frame, sniff or run', async () => {
      const answer = await raw('GET /ip');
      for (const header of [
        "Content-Security-Policy: default-src 'none';frame-ancestors 'none'",
        'X-Content-Type-Options: nosniff',
        'Referrer-Policy: no-referrer',
        'Strict-Transport-Security: max-age=',
        'X-Frame-Options: SAMEORIGIN',
        'Cache-Control: no-store',
      ]) {
        expect(answer).to.include(header);
      }
      expect(answer).not.to.match(/x-powered-by/i);
    });
  });
});
