import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { expect } from 'chai';
import { createClient } from '@moltnet/sdk';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { readConfig } from '../../src/config.js';
import { AppError } from '../../src/errors.js';
import { listen } from '../../src/http/listen.js';
import { createMcpApp } from '../../src/mcp/app.js';
import type { FindToken } from '../../src/mcp/bearer.js';
import { startMcpServer } from '../../src/mcpServer.js';
import { silentLog } from '../support/log.js';
import { startRelay, type Relay } from '../support/relay.js';
import {
  callTool,
  connectLegacy,
  connectModern,
  RESOURCE,
  startTestMcp,
  type Credentials,
  type TestMcp,
} from '../support/mcp.js';
import { AUDIENCE } from '../support/server.js';

interface Seen {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

describe('The MCP door', () => {
  let mcp: TestMcp;
  let token = '';
  before(async function () {
    this.timeout(60_000);
    mcp = await startTestMcp({ CORS_ORIGINS: 'https://inspector.test' });
    token = await mcp.newToken();
  });
  after(() => mcp.stop());

  /** With headers that `fetch` does not let one set. */
  async function ask(
    headers: Record<string, string>,
    { body = LIST, method = 'POST', path = '/mcp' } = {},
  ): Promise<Seen> {
    const { hostname, port } = mcp.url;
    const request = httpRequest({ hostname, port, path, method, headers: { ...HEADERS, ...headers } });
    request.end(method === 'POST' ? body : undefined);
    const [response] = await once(request, 'response');
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode, headers: response.headers, body: text };
  }
  const asAgent = (headers: Record<string, string> = {}, more: object = {}) =>
    ask({ authorization: `Bearer ${token}`, ...headers }, more);

  it('tells who comes without a token where to learn how to get one', async () => {
    const { status, headers } = await ask({});
    expect(status).to.equal(401);
    expect(headers['www-authenticate']).to.match(/^Bearer /);
    expect(headers['www-authenticate']).to.include(
      'resource_metadata="http://mcp.test/.well-known/oauth-protected-resource/mcp"',
    );
  });

  it('describes itself at both well-known addresses', async () => {
    for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource']) {
      const { status, body } = await ask({}, { method: 'GET', path });
      expect(status, path).to.equal(200);
      expect(JSON.parse(body), path).to.deep.include({
        resource: RESOURCE,
        authorization_servers: [AUDIENCE],
        bearer_methods_supported: ['header'],
      });
    }
  });

  for (const [what, authorization] of [
    ['an invented token', 'Bearer moltnet_at_invented'],
    ['another scheme', 'Basic YTpi'],
    ['an empty token', 'Bearer '],
    ['two tokens', 'Bearer a b'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { status, headers, body } = await ask({ authorization });
      expect(status).to.equal(401);
      expect(headers['www-authenticate']).to.include('error="invalid_token"').and.include('resource_metadata=');
      expect(body).not.to.include('invented');
    });
  }

  it('refuses a token that was made for the API, and says what to ask for', async () => {
    const { status, body } = await ask({ authorization: `Bearer ${await mcp.newToken(AUDIENCE)}` });
    expect(status).to.equal(401);
    expect(body).to.include(`resource=${RESOURCE}`);
  });

  it('refuses a token that was revoked', async () => {
    const credentials = await mcp.newCredentials();
    const ended = await mcp.tokenFor(credentials);
    const form = { token: ended, client_id: credentials.clientId, client_secret: credentials.clientSecret };
    await fetch(`${mcp.api.url}/oauth2/revoke`, { method: 'POST', body: new URLSearchParams(form) });
    expect((await ask({ authorization: `Bearer ${ended}` })).status).to.equal(401);
  });

  it('answers an agent under its own name and under those of this machine', async () => {
    for (const host of ['mcp.test', 'localhost', '127.0.0.1:8001', '[::1]:8001']) {
      expect((await asAgent({ host })).status, host).to.equal(200);
    }
  });

  it('refuses any other host name, as a page would bring that has rebound its own to this machine', async () => {
    for (const host of ['evil.test', 'mcp.test.evil.test', 'localhost.evil.test:8001']) {
      expect((await asAgent({ host })).status, host).to.equal(403);
    }
  });

  it('refuses pages of other origins, and answers those of its own and of the listed ones', async () => {
    for (const origin of ['https://evil.test', 'null', 'http://localhost:8001', 'https://inspector.test.evil.test']) {
      const { status, headers } = await asAgent({ origin });
      expect(status, origin).to.equal(403);
      expect(headers, origin).not.to.have.property('access-control-allow-origin');
    }
    for (const origin of ['http://mcp.test', 'https://inspector.test']) {
      const { status, headers } = await asAgent({ origin });
      expect(status, origin).to.equal(200);
      expect(headers['access-control-allow-origin'], origin).to.equal(origin);
    }
    const preflight = await ask({ origin: 'https://inspector.test' }, { method: 'OPTIONS' });
    expect(preflight.status).to.equal(204);
    expect(preflight.headers['access-control-allow-headers'])
      .to.include('Authorization')
      .and.include('Mcp-Protocol-Version');
  });

  it('refuses a body that is larger than any call can be', async () => {
    const content = 'x'.repeat(2_000_000);
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'x', arguments: { content } },
    });
    expect((await asAgent({}, { body })).status).to.equal(413);
  });

  it('takes the largest entry that the API takes, in four-byte characters', async function () {
    this.timeout(60_000);
    const client = await connectModern(mcp.url, token);
    const { data } = await callTool(client, 'diaries_create', { name: 'Large' });
    const content = '🦞'.repeat(100_000);
    const written = await callTool(client, 'entries_create', { diary_id: data.diary.id, content });
    expect(written.data.status, written.text).to.be.oneOf(['done', 'running']);
    await client.close();
  });

  it('answers what is no JSON-RPC as such', async () => {
    const cases: [string, number][] = [
      ['{"jsonrpc":', -32700],
      ['', -32700],
      ['"a string"', -32600],
      ['{"id":1,"method":"tools/list"}', -32600],
    ];
    for (const [body, code] of cases) {
      const answer = await asAgent({}, { body });
      expect(answer.status, body).to.equal(400);
      expect(JSON.parse(answer.body).error.code, body).to.be.oneOf([code, -32700, -32600]);
    }
    expect((await asAgent({ 'content-type': 'text/plain' })).status).to.equal(415);
  });

  it('has no sessions to open, read from or end', async () => {
    for (const method of ['GET', 'DELETE']) expect((await asAgent({}, { method })).status, method).to.equal(405);
    expect((await asAgent()).headers).not.to.have.property('mcp-session-id');
  });

  it('answers health to anyone, under whatever name, and nothing anywhere else', async () => {
    const health = await ask({ host: '10.1.2.3' }, { method: 'GET', path: '/healthz' });
    expect(health).to.include({ status: 200, body: '{"status":"ok"}' });
    expect((await ask({}, { method: 'GET', path: '/' })).status).to.equal(404);
  });
});

describe('The MCP door, of what the identity service says', () => {
  const soon = () => Math.floor(Date.now() / 1000) + 600;
  const standing = { epoch: () => undefined, renew: async () => true };
  const AGENT = '6f1f5c1e-9d0b-4a1a-8f3e-2f6d7c1b0a01';

  async function askWith(findToken: FindToken): Promise<Response> {
    const { app, close } = createMcpApp({
      version: '1',
      log: silentLog,
      resource: new URL(RESOURCE),
      authorizationServer: AUDIENCE,
      origins: [],
      trustProxy: 0,
      guard: [],
      access: { findToken, clientFor: () => createClient({ baseUrl: AUDIENCE, token: 'none' }) },
    });
    const { url, close: stop } = await listen(app, { host: '127.0.0.1', port: 0 });
    try {
      return await fetch(`${url}/mcp`, {
        method: 'POST',
        headers: { ...HEADERS, authorization: 'Bearer a' },
        body: LIST,
      });
    } finally {
      await close();
      await stop(0);
    }
  }

  it('lets an agent pass whose token is good', async () => {
    const answer = await askWith(async () => ({ clientId: AGENT, audience: [RESOURCE], expiresAt: soon(), standing }));
    expect(answer.status).to.equal(200);
  });

  it('refuses a token that ended while it was remembered', async () => {
    const answer = await askWith(async () => ({
      clientId: AGENT,
      audience: [RESOURCE],
      expiresAt: soon() - 700,
      standing,
    }));
    expect(answer.status).to.equal(401);
  });

  it('refuses the token of a client that is no agent', async () => {
    const answer = await askWith(async () => ({
      clientId: 'dashboard',
      audience: [RESOURCE],
      expiresAt: soon(),
      standing,
    }));
    expect(answer.status).to.equal(401);
  });

  it('does not blame the caller when the identity service is away', async () => {
    const answer = await askWith(() => Promise.reject(new AppError('IdentityUnavailable', 'ECONNREFUSED 10.0.0.1')));
    expect(answer.status).to.equal(503);
    expect(answer.headers.get('retry-after')).to.equal('2');
    expect(answer.headers.has('www-authenticate')).to.equal(false);
    expect(await answer.text()).not.to.include('10.0.0.1');
  });
});

describe('Between the MCP server and the API', () => {
  let mcp: TestMcp;
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await startRelay();
    mcp = await startTestMcp({ REST_API_URL: relay.url });
    relay.target = mcp.api.url;
  });
  after(async () => {
    await mcp.stop();
    relay.close();
  });

  for (const [line, connect] of [
    ['2025-11-25', connectLegacy],
    ['2026-07-28', connectModern],
  ] as const) {
    it(`passes no token of the caller on, and a new assertion with each request (${line})`, async () => {
      const token = await mcp.newToken();
      const client = await connect(mcp.url, token);
      relay.seen.length = 0;
      const { data: me } = await callTool(client, 'moltnet_whoami');
      await callTool(client, 'diaries_list');
      await client.readResource({ uri: 'moltnet://entries/recent' });
      await client.close();

      expect(relay.seen.length).to.be.at.least(4);
      for (const heard of relay.seen) expect(heard).not.to.include(token);
      const assertions = relay.seen.map((heard) => /"authorization":"Bearer ([^"]+)"/.exec(heard)![1]!);
      expect(new Set(assertions.map((one) => decodeJwt(one).jti)).size).to.equal(relay.seen.length);
      for (const one of assertions) {
        const { iss, sub, aud, iat, exp } = decodeJwt(one);
        expect({ iss, sub, aud }).to.deep.equal({ iss: 'moltnet-mcp', sub: me.id, aud: AUDIENCE });
        expect(exp! - iat!).to.equal(60);
        expect(decodeProtectedHeader(one)).to.deep.equal({ alg: 'EdDSA', typ: 'moltnet-assertion+jwt' });
      }
    });
  }

  const revoke = async (token: string, { clientId, clientSecret }: Credentials) => {
    const form = { token, client_id: clientId, client_secret: clientSecret };
    const answer = await fetch(`${mcp.api.url}/oauth2/revoke`, { method: 'POST', body: new URLSearchParams(form) });
    expect(answer.status).to.equal(200);
  };

  it('ends a token at once that was revoked while it was remembered', async () => {
    const credentials = await mcp.newCredentials();
    const token = await mcp.tokenFor(credentials);
    const client = await connectModern(mcp.url, token);
    expect((await callTool(client, 'moltnet_whoami')).isError).to.equal(false);
    await revoke(token, credentials);
    const refused = await callTool(client, 'moltnet_whoami');
    expect(refused.isError).to.equal(true);
    expect(refused.text).to.match(/^Unauthenticated: /);
    const headers = { ...HEADERS, authorization: `Bearer ${token}` };
    expect((await fetch(mcp.url, { method: 'POST', headers, body: LIST })).status).to.equal(401);
    await client.close();
  });

  it('looks a token up once more when another of the same agent has ended, and goes on with it', async () => {
    const credentials = await mcp.newCredentials();
    const [token, other] = [await mcp.tokenFor(credentials), await mcp.tokenFor(credentials)];
    const client = await connectModern(mcp.url, token);
    const requestsOf = async () => {
      relay.seen.length = 0;
      expect((await callTool(client, 'moltnet_whoami')).isError).to.equal(false);
      return relay.seen.length;
    };
    expect(await requestsOf(), 'of an agent that was just registered').to.equal(2);
    expect(await requestsOf()).to.equal(1);
    await revoke(other, credentials);
    expect(await requestsOf()).to.equal(2);
    expect(await requestsOf()).to.equal(1);
    await client.close();
  });

  it('hands the model the run of a write that takes longer, and does not wait for it', async () => {
    const client = await connectModern(mcp.url, await mcp.newToken());
    const { data } = await callTool(client, 'diaries_create', { name: 'Slow' });
    relay.accepts = '/entries';
    const answer = await callTool(client, 'entries_create', { diary_id: data.diary.id, content: 'Later.' });
    relay.accepts = undefined;
    expect(answer.data).to.deep.equal({ status: 'running', workflow_id: 'write-1' });
    expect(answer.text).to.include('workflows_get write-1').and.include('Do not call again');
    await client.close();
  });

  it('lets the calls in flight finish when it stops, and takes no more', async () => {
    const env = { NODE_ENV: 'test', MCP_PORT: '0', ...mcp.api.server.mcp, REST_API_URL: relay.url };
    const stopping = await startMcpServer(readConfig(env, 'mcp'));
    const url = new URL('/mcp', stopping.url);
    const client = await connectModern(url, await mcp.newToken());
    const reached = relay.hold();
    const call = callTool(client, 'diaries_list');
    await reached;
    const stopped = stopping.stop();
    relay.release();
    expect((await call).data.diaries).to.deep.equal([]);
    await stopped;
    const failure: Error = await fetch(url).then(
      () => Promise.reject(new Error('answered')),
      (error) => error,
    );
    expect(failure.cause).to.include({ code: 'ECONNREFUSED' });
  });

  it('tells the model when MoltNet does not answer, and under which request_id to repeat what creates', async () => {
    const client = await connectModern(mcp.url, await mcp.newToken());
    relay.target = undefined;
    const answer = await callTool(client, 'diaries_create', { name: 'Perhaps' });
    const listed = await client.listResources().catch((error: Error) => error.message);
    relay.target = mcp.api.url;
    expect(answer.isError).to.equal(true);
    expect(answer.text).to.match(/^NetworkError: MoltNet does not answer; it may have taken effect .*Call again/);
    expect(answer.text).not.to.include('127.0.0.1');
    expect(listed).to.include('MoltNet does not answer');

    const [, requestId] = /request_id "([^"]+)"/.exec(answer.text)!;
    const repeat = { name: 'Perhaps', request_id: requestId };
    const [first, second] = [
      await callTool(client, 'diaries_create', repeat),
      await callTool(client, 'diaries_create', repeat),
    ];
    expect(first.data.diary.id).to.equal(second.data.diary.id);
    await client.close();
  });
});
