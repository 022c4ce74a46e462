import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import pg from 'pg';
import { takeDirectoryLock } from '../../../src/embedded/database/directoryLock.js';
import { POSTGRES_MAJOR } from '../../../src/embedded/database/dataDirectory.js';
import { startEmbeddedDatabase, type EmbeddedDatabase } from '../../../src/embedded/database/startEmbeddedDatabase.js';

const PROCESS = fileURLToPath(new URL('../../support/embeddedDatabaseProgram.js', import.meta.url));

interface Opener {
  readonly child: ChildProcess;
  /** Its first line: `ready <url>` or `refused <message>`. */
  readonly verdict: string;
}

describe('The data directory of the embedded database', () => {
  let folder: string;
  const running: ChildProcess[] = [];
  const databases: EmbeddedDatabase[] = [];

  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'moltnet-data-'))));
  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    await Promise.all(databases.splice(0).map((database) => database.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (dataDir: string) => {
    const database = await startEmbeddedDatabase({ dataDir });
    databases.push(database);
    return database;
  };
  const open = async (dataDir: string): Promise<Opener> => {
    const child = spawn(process.execPath, [PROCESS, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
    running.push(child);
    const [verdict] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { child, verdict };
  };
  const kill = async (child: ChildProcess) => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const run = async (url: string, sql: string) => {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return (await client.query(sql)).rows as unknown[];
    } finally {
      await client.end();
    }
  };
  const refusalOf = (dataDir: string) =>
    start(dataDir).then(
      () => expect.fail('it was opened'),
      (error: Error) => error,
    );

  it('keeps what was stored from one start to the next', async () => {
    const first = await start(folder);
    await run(first.url, "CREATE TABLE kept (v vector(3)); INSERT INTO kept VALUES ('[1,2,3]')");
    await first.stop();
    const second = await start(folder);
    expect(await run(second.url, 'SELECT v FROM kept')).to.deep.equal([{ v: '[1,2,3]' }]);
  });

  it('has the url for its owner only, while the database runs', async () => {
    const database = await start(folder);
    const path = join(folder, 'database.url');
    expect((await readFile(path, 'utf8')).trim()).to.equal(database.url);
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    await database.stop();
    expect(await readdir(folder)).to.deep.equal(['postgres']);
  });

  it('is made where it does not exist yet', async () => {
    const database = await start(join(folder, 'not', 'yet'));
    expect(await run(database.url, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
  });

  it('has a new password at each start', async () => {
    const first = await start(folder);
    await first.stop();
    const second = await start(folder);
    expect(new URL(first.url).password).to.have.length.greaterThan(20).and.not.equal(new URL(second.url).password);
  });

  it('opens for one process; a second one hears which has it, since when, where it listens and what to do', async () => {
    const { child, verdict } = await open(folder);
    const { host } = new URL(verdict.replace('ready ', ''));
    const error = await refusalOf(folder);
    expect(error.name).to.equal('Misconfigured');
    expect(error.message)
      .to.contain(`process ${child.pid} on ${hostname()}`)
      .and.contain(host)
      .and.contain(PROCESS)
      .and.match(/since \d{4}-\d\d-\d\dT/)
      .and.contain(`kill ${child.pid}`);
    expect(error.message).not.to.contain(new URL(verdict.replace('ready ', '')).password);
  });

  it('opens once in one process too', async () => {
    await start(folder);
    expect((await refusalOf(folder)).message).to.contain(`process ${process.pid}`);
  });

  it('opens for exactly one of several processes that race for it, be it free or left by a dead one', async () => {
    for (const round of ['free', 'left behind']) {
      const openers = await Promise.all([open(folder), open(folder), open(folder)]);
      const winners = openers.filter(({ verdict }) => verdict.startsWith('ready'));
      expect(winners, round).to.have.length(1);
      for (const { verdict } of openers) {
        if (!verdict.startsWith('ready')) expect(verdict).to.contain('is in use by process');
      }
      await kill(winners[0]!.child);
    }
  });

  it('lets exactly one of many take over the lock of a dead process', async () => {
    const path = join(folder, 'database.lock');
    for (let round = 0; round < 20; round++) {
      await writeLock(path, { pid: 2 ** 22 + 1 });
      const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => takeDirectoryLock(path)));
      const taken = attempts.filter((attempt) => attempt.status === 'fulfilled');
      expect(taken).to.have.length(1);
      await taken[0]!.value.release();
      expect(await readdir(folder)).to.deep.equal([]);
    }
  });

  it('is taken over from a dead process whose pid another one has now', async function () {
    if (process.platform !== 'linux') this.skip();
    const path = join(folder, 'database.lock');
    await writeLock(path, { pid: process.ppid, processStart: 'another boot 1' });
    const lock = await takeDirectoryLock(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).to.include({ pid: process.pid });
    await lock.release();
  });

  it('is not taken from a process on another machine, of which nothing can be known', async () => {
    const path = join(folder, 'database.lock');
    await writeLock(path, { pid: 2 ** 22 + 1, host: 'elsewhere' });
    expect((await refusalOf(folder)).message)
      .to.contain('on elsewhere')
      .and.contain(`remove ${path}`);
  });

  it('begins again after a first start that was killed in the middle', async () => {
    await mkdir(join(folder, 'postgres'));
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), `${POSTGRES_MAJOR}\n`);
    await writeFile(join(folder, 'initialising'), '');
    const database = await start(folder);
    expect(await run(database.url, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
    expect(existsSync(join(folder, 'initialising'))).to.equal(false);
  });

  it('cannot be a file, nor lie in one', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'below')]) {
      const error = await refusalOf(path);
      expect(error.name).to.equal('Misconfigured');
      expect(error.message).to.contain(path).and.contain('is a file, or within one');
    }
  });

  it('cannot hold something else, which stays as it is', async () => {
    await writeFile(join(folder, 'thesis.doc'), 'four years of work');
    const error = await refusalOf(folder);
    expect(error.message).to.contain('holds something else (thesis.doc)');
    expect(await readdir(folder)).to.deep.equal(['thesis.doc']);
  });

  it('cannot be one that this user may not write', async function () {
    if (process.getuid?.() === 0) {
      const { child, verdict } = await openAsNobody(folder);
      running.push(child);
      expect(verdict).to.contain('refused').and.contain('cannot be written (EACCES)');
      return;
    }
    await chmod(folder, 0o500);
    expect((await refusalOf(folder)).message).to.contain('cannot be written (EACCES)');
    await chmod(folder, 0o700);
  });

  it('cannot be one that another major version of Postgres made', async () => {
    const database = await start(folder);
    expect(database.versions.postgres.split('.')[0]).to.equal(POSTGRES_MAJOR);
    await database.stop();
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '16\n');
    expect((await refusalOf(folder)).message).to.contain(`made by Postgres 16, this is ${POSTGRES_MAJOR}`);
  });
});

async function writeLock(path: string, holder: object): Promise<void> {
  const some = { token: 'a dead one', host: hostname(), since: '2026-01-01T00:00:00.000Z', command: 'node gone.js' };
  await writeFile(path, JSON.stringify({ ...some, ...holder }));
}

/** As root everything can be written, so another user has to try. */
async function openAsNobody(folder: string): Promise<Opener> {
  await chmod(folder, 0o755);
  const child = spawn(process.execPath, [PROCESS, folder], {
    uid: 65534,
    gid: 65534,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [verdict] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, verdict };
}
