import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openDatabase } from '../../src/db/database.js';
import { type ChildProgram, startProgram } from '../support/childProgram.js';
import { createFixtureTables } from '../support/fixtureWorkflows.js';
import { until } from '../support/until.js';

describe('an embedded executor that is killed', function () {
  this.timeout(90_000);
  let directory: string;
  let programs: ChildProgram[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'moltnet-'));
    programs = [];
  });
  afterEach(async () => {
    await Promise.all(programs.map((program) => program.kill('SIGKILL')));
    await rm(directory, { recursive: true });
  });

  async function start(id: string) {
    const program = startProgram('test/support/executorProgram.js', [directory, id]);
    programs.push(program);
    await program.said('ready');
    const url = program.lines.find((line) => line.startsWith('url '))!.slice('url '.length);
    return { program, db: openDatabase(url, { max: 1 }) };
  }

  it('has its work done by the next process at once: its leases need not run out, each effect comes once', async () => {
    const first = await start('first');
    await createFixtureTables(first.db);
    await first.db('gates').insert({ name: 'gate', open: false });
    const ids = ['one', 'two', 'three'];
    for (const id of ids) first.program.tell(`start ${id} ${id} gate`);
    await until(async () => (await first.db('attempts').where('key', 'like', '%:2')).length === ids.length);
    await first.program.kill('SIGKILL');
    await first.db.destroy();

    const second = await start('second');
    const lease = await second.db('leases').where({ name: 'sequencer' }).first();
    expect(lease?.holder).not.to.equal('first');
    await second.db('gates').update({ open: true });
    await until(async () => (await second.db('effects').where('key', 'like', '%:3')).length === ids.length);
    expect(await second.db('attempts').where('key', 'like', '%:1')).to.have.length(ids.length);
    expect(await second.db('effects').where('key', 'like', '%:3').distinct('executor').pluck('executor')).to.deep.equal(
      ['second'],
    );
    await second.db.destroy();
  });
});
