import { expect } from 'chai';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/db/database.js';
import type { LocalAgent } from '../../src/runtime/localAgents.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { AUDIENCE, createCaller } from '../support/server.js';
import { startServerProcess, type ServerProcess } from '../support/serverProcess.js';
import { until } from '../support/until.js';

const WRITES = 200;
const KILLS = 10;

describe('kill -9 of the server in the middle of writes', function () {
  this.timeout(240_000);
  let dataDir: string;
  let database: FreshDatabase | undefined;
  let server: ServerProcess | undefined;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'moltnet-crash-'));
    database = process.env['TEST_DATABASE_URL'] ? await freshDatabase() : undefined;
  });
  afterEach(async () => {
    await server?.kill('SIGKILL');
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = async () => {
    server = await startServerProcess({
      DATA_DIR: dataDir,
      API_BASE_URL: AUDIENCE,
      MCP_RESOURCE_URI: 'http://mcp.test/mcp',
      EMBEDDING_MODEL: 'lexical',
      ...(database && { DATABASE_URL: database.url }),
    });
    const agent = JSON.parse(await readFile(join(dataDir, 'agent.json'), 'utf8')) as LocalAgent;
    const caller = createCaller(server.url);
    return { ...caller, token: await caller.token(agent) };
  };

  it(`keeps every acknowledged entry, once, through ${KILLS} kills, and embeds all in the end`, async () => {
    const acknowledged = new Map<number, string>();
    let diary = '';
    const waiting = Array.from({ length: WRITES }, (_, i) => i);

    for (let round = 0; round <= KILLS; round++) {
      const { call, token } = await start();
      diary ||= (await call('POST', '/diaries', { token, body: { name: 'Crash' } })).body.id;
      const before = acknowledged.size;
      // The last round runs to its end; each other one is killed after a share of the writes, at any moment of the rest.
      const killAt = round === KILLS ? Infinity : before + Math.floor(Math.random() * 20);
      let killed: Promise<unknown> | undefined;
      const write = async (): Promise<void> => {
        for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
          const answer = await call('POST', `/diaries/${diary}/entries`, {
            token,
            body: { content: `Crash note ${i}` },
            headers: { 'Idempotency-Key': `crash-${i}` },
          }).catch(() => undefined);
          if (answer && (answer.status === 201 || answer.status === 200)) acknowledged.set(i, answer.body.id);
          else waiting.push(i);
          if (acknowledged.size >= killAt) killed ??= server?.kill('SIGKILL');
          if (killed) return;
        }
      };
      await Promise.all(Array.from({ length: 20 }, write));
      await killed;
    }

    expect(acknowledged).to.have.length(WRITES);
    const { call, token } = await (async () => {
      await server?.kill('SIGTERM');
      return start();
    })();
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await call('GET', `/diaries/${diary}/entries?limit=100${cursor && `&cursor=${cursor}`}`, { token });
      ids.push(...page.body.items.map((item: { id: string }) => item.id));
      cursor = page.body.nextCursor;
    }
    expect(ids.sort()).to.deep.equal([...acknowledged.values()].sort());
    await until(async () => {
      const page = await call('GET', `/diaries/${diary}/entries?limit=100`, { token });
      return page.body.items.every((item: { embedding: { state: string } }) => item.embedding.state === 'embedded');
    });
  });

  it('stops on SIGTERM with exit code 0, having let go of its work and its lease', async () => {
    const { call, token } = await start();
    const { body } = await call('POST', '/diaries', { token, body: { name: 'Stop' } });
    const writes = Array.from({ length: 50 }, (_, i) =>
      call('POST', `/diaries/${body.id}/entries`, { token, body: { content: `Stop ${i}` } }),
    );
    await writes[0];
    const ended = server?.kill('SIGTERM');
    const answers = await Promise.allSettled(writes);
    expect(await ended).to.equal(0);
    // Each write was either acknowledged, or refused before it began, or never heard.
    const statuses = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.status : 0));
    expect(statuses.filter((status) => ![0, 201, 503].includes(status))).to.deep.equal([]);
    if (database) {
      const db = openDatabase(database.url);
      expect(await db('executors').whereNull('stopped_at')).to.deep.equal([]);
      await db.destroy();
    }
    const again = await start();
    const list = await again.call('GET', `/diaries/${body.id}/entries?limit=100`, { token: again.token });
    expect(list.body.items).to.have.length(statuses.filter((status) => status === 201).length);
  });

  it('says who has the data directory, which port is taken and what is not writable', async () => {
    const first = await start();
    expect(first.token).to.be.a('string');
    const env = { DATA_DIR: dataDir, API_BASE_URL: AUDIENCE, EMBEDDING_MODEL: 'lexical' };
    if (!database) {
      const second = await startServerProcess(env).catch((error: Error) => error.message);
      expect(second).to.include(`process ${server?.child.pid}`);
    }
    const taken = await startServerProcess({
      ...env,
      ...(database ? { DATABASE_URL: database.url } : { DATA_DIR: `${dataDir}-other` }),
      PORT: new URL(server?.url ?? '').port,
    }).catch((error: Error) => error.message);
    expect(taken).to.include('is taken by another process');
    await rm(`${dataDir}-other`, { recursive: true, force: true });
    const file = join(dataDir, 'a-file');
    await writeFile(file, '');
    const unwritable = await startServerProcess({ ...env, DATA_DIR: file }).catch((error: Error) => error.message);
    expect(unwritable).to.include(file);
  });
});
