import { expect } from 'chai';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { skipBecause } from '../support/skip.js';
import { startTcpProxy, type TcpProxy } from '../support/tcpProxy.js';
import { until } from '../support/until.js';

describe('An outage of the database under load', function () {
  this.timeout(120_000);
  let database: FreshDatabase;
  let proxy: TcpProxy;
  let server: TestServer;
  let token: string;
  let diary: string;

  before(async function () {
    if (!process.env['TEST_DATABASE_URL'])
      skipBecause(this, 'needs TEST_DATABASE_URL: the embedded database is no network away');
    database = await freshDatabase();
    proxy = await startTcpProxy(database.url);
    server = await startTestServer({ DATABASE_URL: proxy.url });
    token = await server.newAgent();
    diary = (await server.call('POST', '/diaries', { token, body: { name: 'Outage' } })).body.id;
  });
  after(async () => {
    await server?.stop();
    await proxy?.close();
    await database?.drop();
  });

  const write = (i: number) =>
    server.call('POST', `/diaries/${diary}/entries`, {
      token,
      body: { content: `Outage note ${i}` },
      headers: { 'Idempotency-Key': `outage-${i}` },
    });

  /** Writes each number until it is acknowledged, as a client with retries does. */
  async function writeAll(
    from: number,
    count: number,
    onAnswer: (status: number) => void,
  ): Promise<Map<number, string>> {
    const acknowledged = new Map<number, string>();
    const waiting = Array.from({ length: count }, (_, i) => from + i);
    const writer = async () => {
      for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
        const answer = await write(i);
        onAnswer(answer.status);
        if (answer.status < 300) acknowledged.set(i, answer.body.id);
        else waiting.push(i);
      }
    };
    await Promise.all(Array.from({ length: 10 }, writer));
    return acknowledged;
  }

  async function idsInDiary(): Promise<string[]> {
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await server.call('GET', `/diaries/${diary}/entries?limit=100${cursor && `&cursor=${cursor}`}`, {
        token,
      });
      ids.push(...page.body.items.map((item: { id: string }) => item.id));
      cursor = page.body.nextCursor;
    }
    return ids.sort();
  }

  it('that restarts loses nothing that was acknowledged, doubles nothing, and all is embedded in the end', async () => {
    const statuses = new Map<number, number>();
    let answers = 0;
    const acknowledged = await writeAll(0, 150, (status) => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      answers++;
      if (answers === 30 || answers === 90) {
        proxy.cut();
        setTimeout(() => proxy.restore(), 1_500);
      }
    });
    expect([...statuses.keys()].filter((status) => ![200, 201, 503].includes(status))).to.deep.equal([]);
    expect(await idsInDiary()).to.deep.equal([...acknowledged.values()].sort());
    await until(async () => {
      const page = await server.call('GET', `/diaries/${diary}/entries?limit=100`, { token });
      return page.body.items.every((item: { embedding: { state: string } }) => item.embedding.state === 'embedded');
    });
  });

  it('that never answers is told as 503, to reads and to writes, and says how to find out', async () => {
    proxy.silence();
    try {
      const [read, written] = await Promise.all([server.call('GET', `/diaries/${diary}`, { token }), write(1_000)]);
      expect(read.status).to.equal(503);
      expect(read.body.retryable).to.equal(true);
      expect(written.status).to.equal(503);
      expect(written.body.detail).to.match(/Idempotency-Key|Nothing was changed|few seconds/);
    } finally {
      proxy.restore();
    }
    const again = await until(async () => {
      const answer = await write(1_000);
      return answer.status < 300 && answer;
    });
    expect((await idsInDiary()).filter((id) => id === again.body.id)).to.have.length(1);
  });
});
