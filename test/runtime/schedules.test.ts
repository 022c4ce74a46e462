import { DBOS } from '@dbos-inc/dbos-sdk';
import { expect } from 'chai';
import type { ScheduleSettings } from '../../src/workflows/schedules.js';
import { type ChildProgram, startProgram } from '../support/childProgram.js';
import { ticking } from '../support/fixtureWorkflows.js';
import { type Launched, launched } from '../support/launched.js';
import { until } from '../support/until.js';

describe('schedules', function () {
  this.timeout(60_000);
  const tick: ScheduleSettings = {
    name: 'tick',
    cron: '* * * * * *',
    workflow: ticking,
    queue: 'maintenance',
    why: 'test',
  };
  let here: Launched;
  let peer: ChildProgram;
  before(async () => {
    here = await launched();
    peer = startProgram('test/support/executorProgram.js', [here.url, 'peer']);
    await peer.said('ready');
    await here.relaunch([tick]);
  });
  after(async () => {
    await peer.kill('SIGKILL');
    await here.stop();
  });

  const stored = async (): Promise<string[]> =>
    (await DBOS.listSchedules()).map((schedule) => schedule.scheduleName).sort();

  it('does not begin a tick while the one before runs in any process, however many are due', async () => {
    await here.db('gates').insert({ name: 'tick', open: false });
    const waiting = () =>
      here.db('workflow_status').withSchema('dbos').where({ schedule_name: 'tick', status: 'ENQUEUED' });
    await until(async () => (await waiting()).length >= 2);
    expect(await here.db('effects').where('key', 'like', '%:begin')).to.have.length(1);
    await here.db('gates').update({ open: true });
    await until(async () => (await here.db('effects').where('key', 'like', '%:end')).length >= 3);
    const keys: string[] = await here.db('attempts').orderBy('id').pluck('key');
    const ends = keys.map((key) => key.split(':').at(-1));
    expect(ends.slice(0, 9)).to.deep.equal(['begin', 'gate', 'end', 'begin', 'gate', 'end', 'begin', 'gate', 'end']);
  });

  it('runs in UTC, keeps an operator’s pause across a launch, and forgets schedules that the code no longer has', async () => {
    expect((await DBOS.getSchedule('tick'))?.cronTimezone).to.equal('UTC');
    await DBOS.pauseSchedule('tick');
    await here.relaunch([tick, { ...tick, name: 'second' }]);
    expect(await stored()).to.deep.equal(['second', 'tick']);
    expect((await DBOS.getSchedule('tick'))?.status).to.equal('PAUSED');
    await here.relaunch([tick]);
    expect(await stored()).to.deep.equal(['tick']);
  });

  it('keeps what an operator tuned of a queue across a launch', async () => {
    await (await DBOS.retrieveQueue('embedding'))?.setWorkerConcurrency(0);
    await here.relaunch([]);
    expect((await DBOS.retrieveQueue('embedding'))?.workerConcurrency).to.equal(0);
  });
});
