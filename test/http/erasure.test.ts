import { DBOS } from '@dbos-inc/dbos-sdk';
import { expect } from 'chai';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { generateKeyPair, type KeyPair } from '@moltnet/protocol';
import { createClient, createSigner, signEntry, type Client } from '@moltnet/sdk';
import { randomUUID } from 'node:crypto';
import winston from 'winston';
import type { Db } from '../../src/db/database.js';
import { ports } from '../../src/ports/index.js';
import { log } from '../../src/telemetry.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { until } from '../support/until.js';

/** Words that occur nowhere else. */
const PLANTED = 'quillfeather48213';
const SECOND = 'saltmarsh77120';

describe('A text that is erased', () => {
  let server: TestServer;
  let db: Db;
  let keys: KeyPair;
  let client: Client;
  let token: string;
  let logged = '';
  const listener = new winston.transports.Stream({
    stream: new Writable({
      write(chunk: Buffer, _encoding, done) {
        logged += chunk.toString();
        done();
      },
    }),
  });

  before(async function () {
    this.timeout(60_000);
    server = await startTestServer();
    log.level = 'debug';
    for (const transport of log.transports) transport.silent = true;
    log.add(listener);
    db = ports().db;
    keys = generateKeyPair();
    token = await server.newAgent('eraser', keys);
    client = createClient({ baseUrl: server.url, token });
  });
  after(async () => {
    log.remove(listener);
    log.level = 'error';
    for (const transport of log.transports) transport.silent = false;
    await server.stop();
  });

  /** Every row of every table of every schema that has the word, as `schema.table`; bytes are read as text too. */
  async function tablesWith(word: string): Promise<string[]> {
    const { rows: tables } = await db.raw<{ rows: { name: string }[] }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    const hex = Buffer.from(word).toString('hex');
    for (const { name } of tables) {
      const { rows } = await db.raw<{ rows: unknown[] }>(
        `select 1 from ${name} t where t::text ilike ? or t::text ilike ? limit 1`,
        [`%${word}%`, `%${hex}%`],
      );
      if (rows.length > 0) found.push(name);
    }
    return found.sort();
  }

  /** Files that the server keeps beside the database's own, whose pages the database reuses in its own time. */
  async function filesWith(word: string): Promise<string[]> {
    const entries = await readdir(server.dataDir, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.startsWith(join(server.dataDir, 'database')));
    const contents = await Promise.all(paths.map((path) => readFile(path)));
    return paths.filter((_, i) => contents[i]?.includes(word));
  }

  const settled = () =>
    until(async () => {
      const { rows } = await db.raw(
        `select 1 from dbos.workflow_status where status in ('PENDING', 'ENQUEUED') limit 1`,
      );
      return rows.length === 0;
    });

  it('is in no table, file or log line any more, and its hash, signature and history still are', async () => {
    const diary = await client.diaries.create({ name: 'plant' });
    const unsigned = await client.entries.create(diary.id, {
      content: `First ${PLANTED}.`,
      title: PLANTED,
      tags: [PLANTED],
    });
    await client.entries.update(unsigned.id, 1, { content: `Second ${SECOND}.` });
    const entry = { content: `Signed ${PLANTED} and ${SECOND}.` };
    const now = new Date();
    const signed = signEntry(createSigner(keys.privateKey), { entry, diaryId: diary.id, id: randomUUID(), now });
    const written = await client.entries.create(diary.id, signed);
    const evidence = { quote: `because of ${PLANTED}` };
    await client.relations.create(written.id, { type: 'references', targetId: unsigned.id, evidence });
    await client.search({ query: 'first second signed', diaryIds: [diary.id] });
    const { rows: runs } = await db.raw<{ rows: { id: string }[] }>(
      `select workflow_uuid as id from dbos.workflow_status where name = 'writeEntries'`,
    );
    for (const { id } of runs) await (await DBOS.forkWorkflow(id, 0)).getResult();
    await settled();
    expect(await tablesWith(PLANTED)).to.include.members([
      'dbos.workflow_input',
      'public.entries',
      'public.entry_relations',
      'public.entry_search',
      'public.entry_versions',
    ]);

    for (const id of [unsigned.id, written.id]) await client.entries.delete(id, { reason: 'not to be kept' });
    await settled();
    for (const word of [PLANTED, SECOND]) {
      expect(await tablesWith(word), word).to.deep.equal([]);
      expect(await filesWith(word), word).to.deep.equal([]);
      expect(logged, word).not.to.include(word);
    }
    const kept = await db('entries').where('id', written.id).first('content_hash', 'signature', 'erased_because');
    expect(kept).to.deep.equal({
      content_hash: written.contentHash,
      signature: written.signature,
      erased_because: 'not to be kept',
    });
    const history = await client.entries.history(unsigned.id);
    expect(history.versions.map(({ content }) => content)).to.deep.equal([null, null]);
  });
});
