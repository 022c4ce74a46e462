import { DBOS } from '@dbos-inc/dbos-sdk';
import { expect } from 'chai';
import { findRun } from '../../src/db/workflows/findRun.js';
import { retryWorkflow } from '../../src/runtime/retry.js';
import { failing, threeSteps, waiting } from '../support/fixtureWorkflows.js';
import { type Launched, launched } from '../support/launched.js';
import { until } from '../support/until.js';

describe('retrying a run', function () {
  this.timeout(60_000);
  let here: Launched;
  before(async () => (here = await launched()));
  after(() => here.stop());

  const closeGate = (name: string) => here.db('gates').insert({ name, open: false });
  const openGate = (name: string) => here.db('gates').where({ name }).update({ open: true });
  const attempts = async (key: string) => (await here.db('attempts').where({ key })).length;
  const refusalOf = (id: string): Promise<Error> =>
    retryWorkflow(here.db, id).then(
      () => new Error('it was retried'),
      (error: unknown) => error as Error,
    );

  async function fail(workflowID: string): Promise<void> {
    await closeGate(workflowID);
    const handle = await DBOS.startWorkflow(failing, {
      workflowID,
      queueName: 'operators',
      enqueueOptions: { priority: 7 },
    })(workflowID, workflowID);
    await handle.getResult({ pollingIntervalMs: 50 } as never).catch(() => undefined);
  }

  it('goes back to the step that failed it, not to an error that it caught, and keeps queue and priority', async () => {
    await fail('once');
    await openGate('once');
    const retry = await retryWorkflow(here.db, 'once');
    expect(retry).to.deep.equal({
      id: 'once',
      action: 'rewind',
      queue: 'operators',
      again: [{ number: 2, name: 'mayFail' }],
      children: [],
    });
    await DBOS.getResult('once', { pollingIntervalMs: 50 });
    expect(await attempts('once:1')).to.equal(1);
    expect(await attempts('fail:once')).to.equal(2);
    const run = await findRun(here.db, 'once');
    expect(run).to.include({ status: 'SUCCESS', queue: 'operators', priority: 7 });
    expect(run?.steps.map(({ name, outcome }) => [name, outcome])).to.deep.equal([
      ['first', 'applied'],
      ['caught', undefined],
      ['mayFail', undefined],
      ['last', 'applied'],
    ]);
  });

  it('fails again, and can be retried again, while the reason lasts', async () => {
    await fail('lasting');
    await retryWorkflow(here.db, 'lasting');
    await DBOS.getResult('lasting', { pollingIntervalMs: 50 }).catch(() => undefined);
    await openGate('lasting');
    await retryWorkflow(here.db, 'lasting');
    await DBOS.getResult('lasting', { pollingIntervalMs: 50 });
    expect(await attempts('lasting:2')).to.equal(1);
  });

  it('tries a failed child again before the run that waited for it', async () => {
    await closeGate('child');
    await DBOS.startWorkflow(waiting, { workflowID: 'parent' })('child')
      .then((handle) => handle.getResult())
      .catch(() => undefined);
    await openGate('child');
    const retry = await retryWorkflow(here.db, 'parent');
    expect(retry.children.map((child) => child.id)).to.deep.equal(['child']);
    await DBOS.getResult('parent', { pollingIntervalMs: 50 });
    expect((await findRun(here.db, 'child'))?.status).to.equal('SUCCESS');
  });

  it('continues a cancelled run where it was, on the queue that its kind has', async () => {
    await closeGate('cancelled');
    await DBOS.startWorkflow(threeSteps, { workflowID: 'before', queueName: 'operators' })('before', 'none');
    await DBOS.startWorkflow(threeSteps, { workflowID: 'cancelled', queueName: 'operators' })('cancelled', 'cancelled');
    await until(async () => (await attempts('cancelled:2')) === 1);
    await DBOS.cancelWorkflow('cancelled');
    await openGate('cancelled');
    const retry = await retryWorkflow(here.db, 'cancelled');
    expect(retry).to.include({ action: 'resume', queue: 'operators' });
    await DBOS.getResult('cancelled', { pollingIntervalMs: 50 });
    expect(await attempts('cancelled:1')).to.equal(1);
  });

  it('refuses, with the reason, what has succeeded, what has not ended, and what is not there', async () => {
    await closeGate('running');
    await DBOS.startWorkflow(threeSteps, { workflowID: 'done' })('done', 'none').then((handle) => handle.getResult());
    const running = await DBOS.startWorkflow(threeSteps, { workflowID: 'running' })('running', 'running');
    expect(await refusalOf('done')).to.include({ name: 'Conflict' });
    expect((await refusalOf('done')).message).to.include('it has succeeded');
    expect((await refusalOf('running')).message).to.include('it has not ended yet');
    expect(await refusalOf('nowhere')).to.include({ name: 'NotFound' });
    await openGate('running');
    await running.getResult();
  });

  it('refuses a run whose code or whose input is gone', async () => {
    await fail('codeless');
    await here.db.raw(`update dbos.workflow_status set name = 'gone' where workflow_uuid = 'codeless'`);
    expect((await refusalOf('codeless')).message).to.include('no workflow gone');
    await fail('scrubbed');
    await here.db.raw(`delete from dbos.workflow_input where workflow_uuid = 'scrubbed'`);
    expect((await refusalOf('scrubbed')).message).to.include('its input is gone');
  });

  it('sets a run going once when two operators retry it at once', async () => {
    await fail('twice');
    await openGate('twice');
    const answers = await Promise.allSettled([retryWorkflow(here.db, 'twice'), retryWorkflow(here.db, 'twice')]);
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused.map((answer) => (answer.reason as Error).name)).to.deep.equal(['Conflict']);
    await DBOS.getResult('twice', { pollingIntervalMs: 50 });
    expect(await attempts('twice:2')).to.equal(1);
  });
});
