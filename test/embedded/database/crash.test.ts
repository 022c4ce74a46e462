import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../../src/embedded/database/startEmbeddedDatabase.js';

const pathOf = (name: string) => fileURLToPath(new URL(`../../support/${name}.js`, import.meta.url));

describe('The embedded database, when something dies,', function () {
  this.timeout(60_000);
  let folder: string;
  let child: ChildProcess | undefined;

  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'moltnet-crash-'))));
  afterEach(async () => {
    if (child?.exitCode === null) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a program of test/support and gives its lines as they come; the iteration ends with the process. */
  const run = (name: string, ...args: string[]): AsyncIterable<string> => {
    child = spawn(process.execPath, [pathOf(name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    return createInterface(child.stdout!);
  };

  it('keeps every row that it acknowledged before kill -9, round after round', async () => {
    const acknowledged: string[] = [];
    for (const round of [1, 2, 3]) {
      let seen = 0;
      for await (const line of run('committingProgram', folder, String(round))) {
        acknowledged.push(line.replace('acknowledged ', ''));
        if (++seen === round * 100) child!.kill('SIGKILL');
      }
    }
    const database = await startEmbeddedDatabase({ dataDir: folder });
    const client = new pg.Client(database.url);
    await client.connect();
    const { rows } = await client.query<{ id: string }>(
      'SELECT id FROM acknowledged WHERE length(filler) = 100 * length(id)',
    );
    const stored = new Set(rows.map(({ id }) => id));
    expect(acknowledged.length).to.be.at.least(600);
    expect(acknowledged.filter((id) => !stored.has(id))).to.deep.equal([]);
    await client.end();
    await database.stop();
  });

  it('carries DBOS: it launches on it, and after a kill -9 in the middle of a workflow finishes it once', async () => {
    for await (const line of run('dbosProgram', folder, 'crash')) expect(line).not.to.contain('finished');
    const lines: string[] = [];
    for await (const line of run('dbosProgram', folder, 'recover')) lines.push(line);
    const rows = ['first', 'second'].map((step) => ({ step, count: 1 }));
    expect(lines).to.deep.equal([`finished ${JSON.stringify({ greeting: 'hello', rows })}`]);
  });

  it('says why when Postgres itself breaks, closes the connections and gives the directory free', async () => {
    const database = await startEmbeddedDatabase({ dataDir: folder });
    const client = new pg.Client(database.url);
    client.on('error', () => {});
    await client.connect();
    await client.query('CREATE TABLE doomed (n int)');
    await rm(join(folder, 'postgres', 'pg_wal'), { recursive: true });
    const ended = new Promise((resolve) => client.once('end', resolve));
    const writes = client.query('SELECT pg_switch_wal(); INSERT INTO doomed VALUES (1)').catch(() => {});
    const writesMore = client.query('INSERT INTO doomed VALUES (2); CHECKPOINT').catch(() => {});
    const error = await database.died;
    expect(error.name).to.equal('DatabaseUnavailable');
    expect(error.message)
      .to.contain('ended by itself')
      .and.contain('PANIC')
      .and.contain('pg_wal')
      .and.not.contain('doomed');
    await Promise.all([ended, writes, writesMore]);
    expect(await readdir(folder)).to.deep.equal(['postgres']);
    await database.stop();
  });
});
