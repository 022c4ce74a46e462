import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MoltnetError } from '@moltnet/sdk';
import { createClient } from '@moltnet/sdk';
import { expect } from 'chai';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const problem = (name: string, retryable: boolean) => ({ name, detail: 'what is wrong', retryable });
const failure = (work: Promise<unknown>): Promise<MoltnetError> =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as MoltnetError,
  );

// A server that fails on command: the real one does so only when it is killed.
describe('the SDK, when the server fails', () => {
  let server: Server;
  let baseUrl = '';
  let handle: Handler = () => undefined;
  const seen: IncomingMessage[] = [];

  beforeEach(async () => {
    seen.length = 0;
    server = createServer((request, response) => {
      seen.push(request);
      request.resume().once('end', () => handle(request, response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const keys = () => seen.map((request) => request.headers['idempotency-key']);
  const connect = (more: { retries?: number; timeoutMs?: number } = {}) =>
    createClient({ baseUrl: `${baseUrl}/`, token: 'token', ...more });

  it('sends a request that got no answer again, with the same key', async () => {
    handle = (request, response) =>
      seen.length < 2 ? request.socket.destroy() : answer(response, 201, { id: 'd', name: 'x' });
    expect(await connect().diaries.create({ name: 'x' })).to.include({ id: 'd' });
    expect(keys()).to.have.length(2);
    expect(keys()[0])
      .to.equal(keys()[1])
      .and.to.match(/^[0-9a-f]{32}$/);
  });

  it('gives up after the retries, with the last failure', async () => {
    handle = (_request, response) =>
      answer(response, 503, problem('DatabaseUnavailable', true), { 'x-request-id': 'r' });
    const error = await failure(connect({ retries: 1 }).diaries.list());
    expect(error).to.include({ name: 'DatabaseUnavailable', status: 503, retryable: true, requestId: 'r' });
    expect(seen).to.have.length(2);
  });

  it('does not repeat what may have happened and must not happen twice', async () => {
    handle = (_request, response) => answer(response, 503, problem('StartTimedOut', true));
    expect(await failure(connect().diaries.update('d', 1, { name: 'x' }))).to.include({ name: 'StartTimedOut' });
    handle = (request) => request.socket.destroy();
    expect(await failure(connect().ops.retry('run', 'why'))).to.include({ name: 'NetworkError', status: 0 });
    expect(seen).to.have.length(2);
  });

  it('repeats even that where the server says that it did nothing', async () => {
    handle = (_request, response) =>
      seen.length < 2 ? answer(response, 429, problem('TooManyRequests', true)) : answer(response, 200, { id: 'd' });
    expect(await connect().diaries.update('d', 1, { name: 'x' })).to.deep.equal({ id: 'd' });
  });

  it('does not repeat what fails again', async () => {
    handle = (_request, response) => answer(response, 409, problem('Conflict', false));
    expect(await failure(connect().diaries.create({ name: 'x' }))).to.include({ name: 'Conflict', status: 409 });
    expect(seen).to.have.length(1);
  });

  it('lets the caller decide about a long wait', async () => {
    handle = (_request, response) => answer(response, 429, problem('TooManyRequests', true), { 'retry-after': '3600' });
    expect(await failure(connect().diaries.list())).to.include({ retryAfterMs: 3_600_000 });
    expect(seen).to.have.length(1);
  });

  it('reports an answer of somebody else as such', async () => {
    handle = (_request, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>proxy</h1>');
    const error = await failure(connect({ retries: 0 }).diaries.list());
    expect(error).to.include({ name: 'UnexpectedAnswer', status: 502, retryable: true });
    handle = (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":');
    expect(await failure(connect({ retries: 0 }).diaries.list())).to.include({ name: 'UnexpectedAnswer' });
  });

  it('ends an attempt that takes too long', async () => {
    handle = () => undefined;
    expect(await failure(connect({ timeoutMs: 50, retries: 0 }).diaries.list())).to.include({ name: 'NetworkError' });
  });

  it('ends a call that its caller gives up, under way and while it waits as the server said', async () => {
    const caller = new AbortController();
    const reason = new Error('enough');
    handle = () => caller.abort(reason);
    expect(await failure(connect().diaries.list({}, { signal: caller.signal }))).to.equal(reason);
    handle = (_request, response) => {
      answer(response, 503, problem('Stopping', true), { 'retry-after': '20' });
      setImmediate(() => again.abort(reason));
    };
    const again = new AbortController();
    expect(await failure(connect().diaries.list({}, { signal: again.signal }))).to.equal(reason);
    expect(seen).to.have.length(2);
  });

  it('asks for a token once for many calls, and for another one when it is refused', async () => {
    let issued = 0;
    handle = (request, response) => {
      if (request.url === '/oauth2/token')
        return answer(response, 200, { access_token: `t${++issued}`, expires_in: 3600 });
      if (request.headers.authorization === 'Bearer t1')
        return answer(response, 401, problem('Unauthenticated', false));
      answer(response, 200, { items: [], nextCursor: null });
    };
    const client = createClient({ baseUrl, clientId: 'c', clientSecret: 's' });
    await Promise.all([client.diaries.list(), client.diaries.list(), client.diaries.list()]);
    expect(issued).to.equal(2);
  });

  it('asks the given function for the token of every attempt', async () => {
    handle = (_request, response) =>
      seen.length < 2 ? answer(response, 503, problem('Stopping', true)) : answer(response, 200, { items: [] });
    let made = 0;
    await createClient({ baseUrl, getToken: () => `once-${++made}` }).diaries.list();
    expect(seen.map((request) => request.headers.authorization)).to.deep.equal(['Bearer once-1', 'Bearer once-2']);
  });

  it('reports refused credentials in the words of the token endpoint', async () => {
    handle = (_request, response) =>
      answer(response, 401, { error: 'invalid_client', error_description: 'wrong secret' });
    const error = await failure(createClient({ baseUrl, clientId: 'c', clientSecret: 's' }).agents.whoami());
    expect(error).to.include({ name: 'invalid_client', message: 'wrong secret', status: 401 });
  });

  it('throws the failure of a run that it waited for', async () => {
    const accepted = { workflowId: 'w', status: 'running', location: '/workflows/w' };
    handle = (request, response) =>
      request.method === 'POST'
        ? answer(response, 202, accepted, { location: '/workflows/w' })
        : answer(response, 200, { id: 'w', status: 'ERROR', error: { name: 'Conflict', message: 'taken' } });
    expect(await failure(connect().diaries.create({ name: 'x' }))).to.include({ name: 'Conflict', message: 'taken' });
    handle = (_request, response) => answer(response, 200, { id: 'w', status: 'CANCELLED', error: null });
    expect(await failure(connect().waitFor('w'))).to.include({ name: 'RunFailed' });
    handle = (_request, response) => answer(response, 200, { id: 'w', status: 'PENDING', error: null });
    expect(await failure(connect().waitFor('w', { timeoutMs: 0 }))).to.include({ name: 'WaitedTooLong' });
  });

  it('goes on with the events where a broken connection left off', async () => {
    const event = (pos: number) => `id: ${pos}\ndata: {"pos":${pos}}\n\n`;
    handle = (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const after = Number(request.headers['last-event-id'] ?? 6);
      response.write(`retry: 1000\nid: ${after}\n\n: still here\n\n${event(after + 1)}id: 99\ndata: {"po`, () => {
        if (after < 8) request.socket.destroy();
      });
    };
    const positions: number[] = [];
    const caller = new AbortController();
    const follow = async () => {
      for await (const { pos } of connect().events({ signal: caller.signal })) {
        positions.push(pos);
        if (positions.length === 3) caller.abort(new Error('enough'));
      }
    };
    expect(await failure(follow())).to.include({ message: 'enough' });
    expect(positions).to.deep.equal([7, 8, 9]);
    handle = (_request, response) => answer(response, 401, problem('Unauthenticated', false));
    expect(await failure(connect().events().next())).to.include({ name: 'Unauthenticated' });
  });
});
