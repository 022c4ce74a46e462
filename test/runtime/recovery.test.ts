import { DBOS } from '@dbos-inc/dbos-sdk';
import { expect } from 'chai';
import {
  beatExecutor,
  endOtherExecutors,
  findDeadExecutors,
  listLiveExecutors,
  registerExecutor,
} from '../../src/db/executors.js';
import { releaseLease, takeLease } from '../../src/db/leases.js';
import { launchDbos } from '../../src/runtime/dbos.js';
import { adoptRetiredWork, recoverDeadWork } from '../../src/runtime/recovery.js';
import { log } from '../../src/telemetry.js';
import { threeSteps } from '../support/fixtureWorkflows.js';
import { type Launched, launched } from '../support/launched.js';

describe('who is alive, and whose work is whose', function () {
  this.timeout(60_000);
  let here: Launched;
  before(async () => (here = await launched()));
  after(() => here.stop());

  const executor = (id: string, appVersion = 'moltnet-1') => ({ id, appVersion, host: 'host', pid: 1, queues: [] });
  const sweep = () => ({ db: here.db, systemDb: here.db, executorId: here.executorId });
  const setRun = (id: string, columns: object) =>
    here.db('workflow_status').withSchema('dbos').where({ workflow_uuid: id }).update(columns);
  const readRun = (id: string) => here.db('workflow_status').withSchema('dbos').where({ workflow_uuid: id }).first();

  async function aRun(id: string, columns: object): Promise<void> {
    await DBOS.startWorkflow(threeSteps, { workflowID: id })(id, 'none').then((handle) => handle.getResult());
    await setRun(id, columns);
  }

  it('gives a lease to one, to another when its time is over, and back only to its holder', async () => {
    expect(await takeLease(here.db, 'test', 'a', 60_000)).to.equal(true);
    expect(await takeLease(here.db, 'test', 'a', 60_000)).to.equal(true);
    expect(await takeLease(here.db, 'test', 'b', 60_000)).to.equal(false);
    await releaseLease(here.db, 'test', 'b');
    expect(await takeLease(here.db, 'test', 'b', 60_000)).to.equal(false);
    await here
      .db('leases')
      .where({ name: 'test' })
      .update({ expires_at: new Date(0) });
    const takers = await Promise.all(['b', 'c', 'd'].map((holder) => takeLease(here.db, 'test', holder, 60_000)));
    expect(takers.filter(Boolean)).to.have.length(1);
  });

  it('tells an executor that beats again whether its lease had run out', async () => {
    await registerExecutor(here.db, executor('beating'), 60_000);
    expect(await beatExecutor(here.db, 'beating', 60_000)).to.equal('live');
    await here
      .db('executors')
      .where({ id: 'beating' })
      .update({ expires_at: new Date(0) });
    expect((await findDeadExecutors(here.db)).map((dead) => dead.id)).to.deep.equal(['beating']);
    expect(await beatExecutor(here.db, 'beating', 60_000)).to.equal('lapsed');
    expect(await beatExecutor(here.db, 'beating', 60_000)).to.equal('live');
    expect(await beatExecutor(here.db, 'never seen', 60_000)).to.equal('unknown');
  });

  it('leaves the work of the living alone, and takes that of the dead without repeating what they recorded', async () => {
    await registerExecutor(here.db, executor('living'), 60_000);
    await aRun('of-living', { status: 'PENDING', executor_id: 'living', owner_xid: 'x' });
    await aRun('of-dead', { status: 'PENDING', executor_id: 'dead', owner_xid: 'x' });
    expect((await recoverDeadWork(sweep())).map(({ id, queue }) => [id, queue])).to.deep.equal([
      ['of-dead', 'recovery'],
    ]);
    await DBOS.getResult('of-dead', { pollingIntervalMs: 50 });
    expect(await here.db('attempts').where('key', 'like', 'of-dead:%')).to.have.length(3);
    expect(await readRun('of-living')).to.include({ status: 'PENDING', owner_xid: 'x' });
    await setRun('of-living', { status: 'SUCCESS' });
  });

  it('moves waiting work of older versions that nobody runs, for workflows that it still has', async () => {
    await here.db.raw(
      `insert into dbos.application_versions (version_id, version_name, version_timestamp, created_at, application_name)
       values ('0', 'moltnet-0', 0, 0, 'moltnet'), ('2', 'moltnet-2', 0, 0, 'moltnet')`,
    );
    // On no registered queue, so that nothing runs while it is looked at.
    const waiting = { status: 'ENQUEUED', queue_name: 'none' };
    await aRun('old', { ...waiting, application_version: 'moltnet-0' });
    await aRun('newer', { ...waiting, application_version: 'moltnet-2' });
    await aRun('gone', { ...waiting, application_version: 'moltnet-0', name: 'goneWorkflow' });
    await registerExecutor(here.db, executor('older', 'moltnet-0'), 60_000);
    expect(await adoptRetiredWork(sweep())).to.equal(0);
    await here.db('executors').where({ id: 'older' }).delete();
    expect(await adoptRetiredWork(sweep())).to.equal(1);
    expect(await readRun('old')).to.include({ application_version: 'moltnet-1' });
    expect(await readRun('newer')).to.include({ application_version: 'moltnet-2' });
  });

  it('ends all others at once for a process that owns its data directory', async () => {
    await registerExecutor(here.db, executor('former'), 60_000);
    await takeLease(here.db, 'sequencer', 'former', 60_000);
    await endOtherExecutors(here.db, here.executorId);
    expect((await listLiveExecutors(here.db)).map((live) => live.id)).to.deep.equal([here.executorId]);
    expect(await takeLease(here.db, 'sequencer', here.executorId, 60_000)).to.equal(true);
  });

  it('refuses to wait on queues that do not exist, and names those that do', async () => {
    const launch = launchDbos({ systemDatabaseUrl: '', executorId: 'x', log, embedded: false, queues: ['embeding'] });
    const refused = await launch.catch((error: unknown) => error as Error);
    expect(refused).to.have.property('name', 'Misconfigured');
    expect(refused).to.have.property('message').that.includes('embeding').and.includes('embedding');
  });
});
