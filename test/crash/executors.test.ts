import { expect } from 'chai';
import { type Db, openDatabase } from '../../src/db/database.js';
import { findDeadExecutors } from '../../src/db/executors.js';
import { migrate } from '../../src/db/migrate.js';
import { recoverDeadWork } from '../../src/runtime/recovery.js';
import { type ChildProgram, startProgram } from '../support/childProgram.js';
import { type EmptyDatabase, emptyDatabase } from '../support/emptyDatabase.js';
import { createFixtureTables } from '../support/fixtureWorkflows.js';
import { until } from '../support/until.js';

describe('executors that die, hang or stop', function () {
  this.timeout(90_000);
  let database: EmptyDatabase;
  let db: Db;
  let programs: ChildProgram[];

  beforeEach(async () => {
    database = await emptyDatabase();
    await migrate({ databaseUrl: database.url });
    db = openDatabase(database.url, { max: 5 });
    await createFixtureTables(db);
    await db('gates').insert({ name: 'gate', open: false });
    programs = [];
  });
  afterEach(async () => {
    await Promise.all(
      programs.map((program) => {
        program.process.kill('SIGCONT');
        return program.kill('SIGKILL');
      }),
    );
    await db.destroy();
    await database.drop();
  });

  async function startExecutor(id: string): Promise<ChildProgram> {
    const program = startProgram('test/support/executorProgram.js', [database.url, id]);
    programs.push(program);
    await program.said('ready');
    return program;
  }

  async function startRuns(program: ChildProgram, count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, (_, index) => `run-${index}`);
    for (const id of ids) program.tell(`start ${id} ${id} gate`);
    await until(async () => (await countAttempts('%:2')) >= count);
    return ids;
  }

  async function countAttempts(like: string): Promise<number> {
    return Number((await db('attempts').where('key', 'like', like).count('* as count').first())?.['count']);
  }

  const openGate = () => db('gates').update({ open: true });
  /** As if the time of all its leases had run out. */
  const age = async (id: string) => {
    await db('executors')
      .where({ id })
      .update({ expires_at: new Date(0) });
    await db('leases')
      .where({ holder: id })
      .update({ expires_at: new Date(0) });
  };
  const allSucceeded = (ids: string[]) =>
    until(async () => {
      const { rows } = await db.raw(`select count(*)::int as left from dbos.workflow_status where status <> 'SUCCESS'`);
      return rows[0].left === 0 && ids.length > 0;
    });
  const keysOf = (ids: string[]) => ids.flatMap((id) => [`${id}:1`, `${id}:2`, `${id}:3`]).sort();

  it('finishes what an executor had when it was killed, each effect once', async () => {
    const victim = await startExecutor('victim');
    await startExecutor('survivor');
    const ids = await startRuns(victim, 40);
    await victim.kill('SIGKILL');
    await age('victim');
    expect((await findDeadExecutors(db)).map((executor) => executor.id)).to.deep.equal(['victim']);
    await openGate();
    await allSucceeded(ids);
    expect(await db('effects').orderByRaw('key collate "C"').pluck('key')).to.deep.equal(keysOf(ids));
    // Only the step in flight ran again: what the victim had recorded before was not repeated.
    expect(await countAttempts('%:1')).to.equal(ids.length);
    expect(await countAttempts('%:3')).to.equal(ids.length);
    expect(await db('effects').where('key', 'like', '%:3').distinct('executor').pluck('executor')).to.deep.equal([
      'survivor',
    ]);
  });

  it('recovers work whose executor has no row at all', async () => {
    const victim = await startExecutor('victim');
    const ids = await startRuns(victim, 3);
    await victim.kill('SIGKILL');
    await age('victim');
    await db('executors').where({ id: 'victim' }).delete();
    await startExecutor('survivor');
    await openGate();
    await allSucceeded(ids);
    expect(await db('effects').orderByRaw('key collate "C"').pluck('key')).to.deep.equal(keysOf(ids));
  });

  it('lets two sweepers recover the same work without doing it twice', async () => {
    const victim = await startExecutor('victim');
    const ids = await startRuns(victim, 20);
    await victim.kill('SIGKILL');
    await age('victim');
    const sweep = () => recoverDeadWork({ db, systemDb: db, executorId: 'sweeper' });
    const recovered = await Promise.all([sweep(), sweep(), sweep()]);
    expect(
      recovered
        .flat()
        .map((run) => run.id)
        .sort(),
    ).to.deep.equal(ids.sort());
  });

  it('notices that it hung, and what others took over has each effect once', async () => {
    const hanging = await startExecutor('hanging');
    const ids = await startRuns(hanging, 10);
    await hanging.kill('SIGSTOP');
    await age('hanging');
    await startExecutor('survivor');
    await openGate();
    await allSucceeded(ids);
    await hanging.kill('SIGCONT');
    await until(async () => hanging.stderr().includes('was silent for too long'));
    hanging.tell('start late late gate');
    await hanging.said('started late');
    await allSucceeded([...ids, 'late']);
    expect(await db('effects').orderByRaw('key collate "C"').pluck('key')).to.deep.equal(
      keysOf([...ids, 'late']).sort(),
    );
    expect(await countAttempts('run-%:3')).to.equal(ids.length);
    const [row] = await db('executors').where({ id: 'hanging' });
    expect(row.expires_at.getTime()).to.be.greaterThan(row.heartbeat_at.getTime());
  });

  it('drains what runs when it stops, takes nothing new, and signs off', async () => {
    const stopping = await startExecutor('stopping');
    const ids = await startRuns(stopping, 5);
    stopping.tell('stop 30000');
    // The sweeper is the first to go: its lease says that stopping has begun.
    await until(async () => (await db('leases').where({ name: 'sweeper' })).length === 0);
    await openGate();
    await stopping.said('stopped');
    await allSucceeded(ids);
    expect(await db('effects').distinct('executor').pluck('executor')).to.deep.equal(['stopping']);
    const [row] = await db('executors').where({ id: 'stopping' });
    expect(row.stopped_at).to.be.instanceOf(Date);
  });

  it('leaves to the others at once what did not end within the drain', async () => {
    const stopping = await startExecutor('stopping');
    const ids = await startRuns(stopping, 5);
    stopping.tell('stop 100');
    await stopping.said('stopped');
    const { rows } = await db.raw(`select distinct status from dbos.workflow_status`);
    expect(rows).to.deep.equal([{ status: 'PENDING' }]);
    await startExecutor('survivor');
    await openGate();
    await allSucceeded(ids);
    expect(await db('effects').orderByRaw('key collate "C"').pluck('key')).to.deep.equal(keysOf(ids));
  });
});
