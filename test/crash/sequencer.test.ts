import { randomUUID } from 'node:crypto';
import { encodeHex, frontierRoot, merkleRoot } from '@moltnet/protocol';
import { expect } from 'chai';
import { assignPositions } from '../../src/db/assignPositions.js';
import { type Db, openDatabase } from '../../src/db/database.js';
import { takeLease } from '../../src/db/leases.js';
import { findLogState } from '../../src/db/log/checkpoints.js';
import { migrationSource } from '../../src/db/migrations.js';
import { startSequencer } from '../../src/runtime/sequencer.js';
import type { Log } from '../../src/telemetry.js';
import { type ChildProgram, startProgram } from '../support/childProgram.js';
import { type EmptyDatabase, emptyDatabase } from '../support/emptyDatabase.js';
import { readLeaves, treeOf } from '../support/logTree.js';
import { until } from '../support/until.js';

describe('the sequencer', function () {
  this.timeout(60_000);
  let database: EmptyDatabase;
  let db: Db;
  let programs: ChildProgram[];

  beforeEach(async () => {
    database = await emptyDatabase();
    db = openDatabase(database.url, { max: 5 });
    await db.migrate.latest({ migrationSource });
    programs = [];
  });
  afterEach(async () => {
    await Promise.all(programs.map((program) => program.kill('SIGKILL')));
    await db.destroy();
    await database.drop();
  });

  async function startWriter(id: string): Promise<ChildProgram> {
    const program = startProgram('test/support/writerProgram.js', [database.url, id]);
    programs.push(program);
    await program.said('ready');
    return program;
  }
  const writeRow = () => db('outbox').insert({ kind: 'test', agent_id: randomUUID(), subject_id: randomUUID() });
  const positions = async () => (await db('outbox').whereNotNull('pos').orderBy('pos').pluck('pos')).map(Number);
  const dense = (length: number) => Array.from({ length }, (_, index) => index + 1);
  const allPlaced = () => until(async () => (await db('outbox').whereNull('pos').first()) === undefined);
  /** A leaf for each row that is one, in order, without a gap or a double, and a tree that is theirs. */
  async function expectWholeLog(): Promise<void> {
    const events = await db('outbox').where('kind', 'entry.created').orderBy('pos').pluck('subject_id');
    const leaves = await until(async () => {
      const found = await readLeaves(db);
      return found.length >= events.length && found;
    });
    expect(leaves.map((leaf) => leaf.subjectId)).to.deep.equal(events);
    expect(leaves.map((leaf) => leaf.index + 1)).to.deep.equal(dense(events.length));
    expect(leaves.map((leaf) => leaf.seq)).to.deep.equal(dense(events.length));
    const root = encodeHex(merkleRoot(treeOf(leaves)));
    expect(encodeHex(frontierRoot(await findLogState(db)))).to.equal(root);
  }
  const holder = () => db('leases').where({ name: 'sequencer' }).first();

  it('gives concurrent writers dense positions that never pass over a row, though ids commit out of order', async () => {
    const writers = [await startWriter('a'), await startWriter('b')];
    for (const writer of writers) writer.tell('write 40');
    // A reader that follows: what it has seen must stay a prefix of what comes.
    let seen: string[] = [];
    await until(async () => {
      const ids: string[] = await db('outbox').whereNotNull('pos').orderBy('pos').pluck('id');
      expect(ids.slice(0, seen.length)).to.deep.equal(seen);
      seen = ids;
      return seen.length === 2 * 8 * 40 * 2;
    });
    expect(await positions()).to.deep.equal(dense(seen.length));
    await expectWholeLog();
  });

  it('goes on without a gap in another process after its holder was killed amid writes', async () => {
    const first = await startWriter('first');
    await until(async () => (await holder())?.holder === 'first');
    const second = await startWriter('second');
    first.tell('write 1000');
    second.tell('write 60');
    await until(async () => (await positions()).length > 50);
    await first.kill('SIGKILL');
    await db('leases')
      .where({ holder: 'first' })
      .update({ expires_at: new Date(0) });
    await second.said('wrote');
    await allPlaced();
    expect(await positions()).to.deep.equal(dense((await positions()).length));
    expect((await holder()).holder).to.equal('second');
    await expectWholeLog();
  });

  it('never lets two contenders assign, even when both believe that they hold the lease', async () => {
    for (let row = 0; row < 200; row++) await writeRow();
    await takeLease(db, 'sequencer', 'holder', 60_000);
    const assign = (name: string) => assignPositions(db, { lease: 'sequencer', holder: name, limit: 7 });
    const answers = await Promise.all(['holder', 'other', 'holder', 'other', 'holder'].map(assign));
    expect(answers.filter((answer) => answer === undefined)).to.have.length(2);
    expect(await positions()).to.deep.equal(dense(21));
  });

  it('keeps counting where it was, though the placed rows are gone', async () => {
    for (let row = 0; row < 3; row++) await writeRow();
    await takeLease(db, 'sequencer', 'holder', 60_000);
    await assignPositions(db, { lease: 'sequencer', holder: 'holder', limit: 10 });
    await db('outbox').delete();
    await writeRow();
    await assignPositions(db, { lease: 'sequencer', holder: 'holder', limit: 10 });
    expect(await positions()).to.deep.equal([4]);
  });

  it('takes up again after the database was away', async () => {
    const lines: unknown[] = [];
    const note = (line: unknown): void => void lines.push(line);
    const sequencer = startSequencer({
      db,
      executorId: 'here',
      log: { error: note, warn: note, info: note, debug: note } as unknown as Log,
    });
    await until(async () => (await holder())?.holder === 'here');
    await db.raw('alter table outbox rename to away');
    sequencer.wake();
    await until(async () => lines.includes('sequencer failed, trying on'));
    await db.raw('alter table away rename to outbox');
    await writeRow();
    await allPlaced();
    expect(await positions()).to.deep.equal([1]);
    await until(async () => lines.includes('sequencer works again'));
    await sequencer.stop();
    expect(await holder()).to.equal(undefined);
  });
});
