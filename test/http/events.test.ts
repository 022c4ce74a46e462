import { expect } from 'chai';
import { once } from 'node:events';
import { streamEvents } from '../../src/http/eventStream.js';
import { EventListener as Listener } from '../support/eventListener.js';
import { startTestServer, type TestServer } from '../support/server.js';

describe('GET /events', () => {
  let server: TestServer;
  let token: string;
  let diary: string;

  before(async () => {
    server = await startTestServer();
    token = await server.newAgent();
    diary = (await server.call('POST', '/diaries', { token, body: { name: 'Events' } })).body.id;
  });
  after(() => server.stop());

  const write = async (content: string): Promise<string> =>
    (await server.call('POST', `/diaries/${diary}/entries`, { token, body: { content } })).body.id;

  it('tells of what is written, edited and deleted, in order and without its content', async () => {
    const listener = await Listener.open(server, token);
    await listener.until(() => listener.lastId !== '');
    const id = await write('a private thought');
    const path = `/entries/${id}`;
    await server.call('PATCH', path, { token, body: { importance: 9 }, headers: { 'If-Match': '"1"' } });
    await server.call('DELETE', path, { token });
    // The diary's own event may get its place only after the stream has begun.
    const aboutIt = () => listener.seen.filter((event) => event.subjectId === id);
    await listener.until(() => aboutIt().length >= 3);
    expect(aboutIt().map((event) => event.kind)).to.deep.equal(['entry.created', 'entry.revised', 'entry.erased']);
    expect(JSON.stringify(listener.seen)).not.to.include('private thought');
  });

  it('goes on after the last id without a gap or a double, while others write', async () => {
    const first = await Listener.open(server, token);
    await first.until(() => first.lastId !== '');
    const start = first.lastId;
    const writing = Promise.all(Array.from({ length: 60 }, (_, i) => write(`Note ${i}`)));
    await first.until(() => first.seen.length >= 5);
    const resumed = await Listener.open(server, token, { 'Last-Event-ID': first.lastId });
    const before = first.seen.length;
    const written = await writing;
    await resumed.until(() => resumed.seen.length + before >= 60);
    const all = [...first.seen.slice(0, before), ...resumed.seen].map((event) => event.subjectId);
    expect(all).to.have.length(60);
    expect(new Set(all)).to.deep.equal(new Set(written));

    const again = await Listener.open(server, token, {}, `?after=${start}`);
    await again.until(() => again.seen.length >= 60);
    const places = again.seen.map((event) => event.pos);
    expect(places).to.deep.equal([...new Set(places)].sort((a, b) => a - b));
    expect(again.seen.map((event) => event.subjectId)).to.have.members(written);
  });

  it("shows nothing of another agent's diaries", async () => {
    const stranger = await server.newAgent('stranger');
    const listener = await Listener.open(server, stranger, {}, '?after=0');
    await write('not for strangers');
    const own = (await server.call('POST', '/diaries', { token: stranger, body: { name: 'Own' } })).body.id;
    await listener.until(() => listener.seen.some((event) => event.diaryId !== null));
    expect(listener.seen.map((event) => event.kind)).to.deep.equal(['key', 'diary.created']);
    expect(listener.seen.at(-1)?.subjectId).to.equal(own);
  });

  it('refuses a place that does not exist, and one stream too many', async () => {
    const beyond = await server.call('GET', '/events', { token, headers: { 'Last-Event-ID': '999999999' } });
    expect(beyond.status).to.equal(400);
    expect((await server.call('GET', '/events?after=x', { token })).body.errors[0].pointer).to.equal('/after');
    const busy = await server.newAgent('busy');
    for (let i = 0; i < 10; i++) await Listener.open(server, busy);
    const eleventh = await server.call('GET', '/events', { token: busy });
    expect(eleventh.status).to.equal(429);
    expect(eleventh.headers.get('retry-after')).to.equal('5');
  });
});

describe('an event stream', () => {
  const event = (pos: number) => ({
    pos,
    kind: 'entry.created',
    diaryId: null,
    subjectId: 's',
    at: new Date(0),
    data: {},
  });
  const nothingAppears = () => ({ appeared: new Promise<never>(() => undefined), cancel: () => undefined });

  async function take(stream: AsyncGenerator<string>, count: number): Promise<string[]> {
    const blocks: string[] = [];
    for (let i = 0; i < count; i++) blocks.push((await stream.next()).value as string);
    return blocks;
  }

  it('reads no further than its client takes', async () => {
    const reads: number[] = [];
    const read = async (after: number) => {
      reads.push(after);
      return [event(after + 1), event(after + 2)];
    };
    const closed = new AbortController();
    const stream = streamEvents({
      agentId: 'a',
      after: 0,
      feed: { next: nothingAppears },
      read,
      closed: closed.signal,
    });
    await take(stream, 3);
    expect(reads).to.deep.equal([0]);
    await take(stream, 1);
    expect(reads).to.deep.equal([0, 2]);
    await stream.return(undefined);
  });

  it('says in silence that it is there, and sits an outage out', async () => {
    let calls = 0;
    const read = async () => {
      if (++calls === 2) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
      return [];
    };
    const closed = new AbortController();
    const options = { agentId: 'a', after: 7, feed: { next: nothingAppears }, read, closed: closed.signal };
    const stream = streamEvents({ ...options, heartbeatMs: 5 });
    expect(await take(stream, 3)).to.deep.equal([
      'retry: 1000\nid: 7\n\n',
      ': still here\n\n',
      ': the database is away\n\n',
    ]);
    const end = stream.next();
    closed.abort();
    expect((await end).done).to.equal(true);
  });

  it('ends with the server, so that the stop does not wait for it', async () => {
    const server = await startTestServer();
    const listener = await Listener.open(server, await server.newAgent());
    await listener.until(() => listener.lastId !== '');
    await server.stop();
    await listener.ended;
  });

  it('lets its client go without a trace', async () => {
    const closed = new AbortController();
    let cancelled = 0;
    const cancel = () => {
      cancelled++;
    };
    const next = () => ({ appeared: new Promise<never>(() => undefined), cancel });
    const stream = streamEvents({
      agentId: 'a',
      after: 0,
      feed: { next },
      read: async () => [],
      closed: closed.signal,
    });
    await take(stream, 1);
    const end = stream.next();
    await once(closed.signal, 'abort', { signal: AbortSignal.abort() }).catch(() => undefined);
    closed.abort();
    await end;
    expect(cancelled).to.equal(1);
  });
});
