import { randomUUID } from 'node:crypto';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { expect } from 'chai';
import { beginOperatorAction, endOperatorAction, listOperatorActions } from '../../src/db/operatorActions.js';
import { findRun } from '../../src/db/workflows/findRun.js';
import { findStrandedRuns } from '../../src/db/workflows/findStrandedRuns.js';
import { type ListedRun, type RunFilter, listRuns } from '../../src/db/workflows/listRuns.js';
import { listLiveExecutors } from '../../src/db/executors.js';
import { listWorkflowNames } from '../../src/runtime/dbos.js';
import { threeSteps, waiting } from '../support/fixtureWorkflows.js';
import { type Launched, launched } from '../support/launched.js';

describe('looking at runs', function () {
  this.timeout(60_000);
  let here: Launched;
  const agent = randomUUID();
  const entry = randomUUID();

  before(async () => {
    here = await launched();
    await here.db('gates').insert({ name: 'failing', open: false });
    for (let number = 0; number < 5; number++) {
      const workflowAttributes =
        number === 3 ? { agents: [agent, randomUUID()], entries: [entry] } : { agents: [agent] };
      const handle = await DBOS.startWorkflow(threeSteps, { workflowID: `run-${number}`, workflowAttributes })(
        `run-${number}`,
        'none',
      );
      await handle.getResult();
    }
    await DBOS.startWorkflow(waiting, { workflowID: 'waiting' })('failing')
      .then((handle) => handle.getResult())
      .catch(() => undefined);
  });
  after(() => here.stop());

  const idsOf = async (filter: RunFilter) =>
    (await listRuns(here.db, filter, { limit: 50 })).map((run: ListedRun) => run.id);

  it('pages through all of them, newest first, each once, though several began in one millisecond', async () => {
    await here.db.raw(`update dbos.workflow_status set created_at = 1000 where name = 'fixtureThreeSteps'`);
    const seen: string[] = [];
    let page: ListedRun[] = [];
    do {
      const last = page.at(-1);
      page = await listRuns(here.db, {}, { after: last && { createdAt: last.createdAt, id: last.id }, limit: 2 });
      seen.push(...page.map((run) => run.id));
    } while (page.length > 0);
    expect(seen.slice(-5)).to.deep.equal(['run-4', 'run-3', 'run-2', 'run-1', 'run-0']);
    expect(new Set(seen).size).to.equal(seen.length).and.equal(7);
  });

  it('finds them by name, status, whom and what they are about, time and error', async () => {
    expect(await idsOf({ name: 'fixtureFailing' })).to.deep.equal(['failing']);
    expect((await idsOf({ statuses: ['ERROR'] })).sort()).to.deep.equal(['failing', 'waiting']);
    expect(await idsOf({ agent, entry })).to.deep.equal(['run-3']);
    expect(await idsOf({ agent })).to.have.length(5);
    expect((await idsOf({ error: 'GATE failing' })).sort()).to.deep.equal(['failing', 'waiting']);
    expect(await idsOf({ error: '%' })).to.deep.equal([]);
    expect(await idsOf({ createdBefore: new Date(2000) })).to.have.length(5);
    expect(await idsOf({ createdFrom: new Date(2000), queue: 'embedding' })).to.deep.equal([]);
  });

  it('shows the name and message of an error, and no payload', async () => {
    const [run] = await listRuns(here.db, { name: 'fixtureFailing' }, { limit: 1 });
    expect(run?.error).to.deep.equal({ name: 'EmbedderUnavailable', message: 'the gate failing is closed' });
    expect(JSON.stringify(await findRun(here.db, 'run-1'))).not.to.include('run-1:1');
    expect(await findRun(here.db, 'run-1')).not.to.have.any.keys('input', 'output');
    expect(await findRun(here.db, 'run-1', { payloads: true })).to.deep.include({
      input: ['run-1', 'none'],
      output: 'applied',
    });
  });

  it('tells a run as a timeline, with the runs that it started and that were forked from it', async () => {
    await DBOS.forkWorkflow('run-1', 1, { newWorkflowID: 'fork' }).then((handle) =>
      handle.getResult({ pollingIntervalMs: 50 }),
    );
    const run = await findRun(here.db, 'run-1');
    expect(run?.steps.map(({ number, name, outcome }) => ({ number, name, outcome }))).to.deep.equal([
      { number: 0, name: 'first', outcome: 'applied' },
      { number: 1, name: 'second', outcome: undefined },
      { number: 2, name: 'third', outcome: 'applied' },
    ]);
    expect(
      run?.steps.every((step) => step.startedAt && step.completedAt && step.startedAt <= step.completedAt),
    ).to.equal(true);
    expect(run?.forks.map((fork) => fork.id)).to.deep.equal(['fork']);
    const parent = await findRun(here.db, 'waiting');
    expect(parent?.children.map((child) => child.id)).to.deep.equal(['failing']);
    expect(await findRun(here.db, 'nowhere')).to.equal(undefined);
  });

  it('finds the runs that nothing will take up, each with its reason and remedy', async () => {
    const strand = (id: string, columns: object) =>
      here
        .db('workflow_status')
        .withSchema('dbos')
        .where({ workflow_uuid: id })
        .update({ status: 'ENQUEUED', queue_name: 'operators', priority: 9, ...columns });
    // The queues are paused, so that nobody takes the rows while they are looked at.
    await here.db.raw(`update dbos.queues set worker_concurrency = 0`);
    await here.db.raw(
      `insert into dbos.queues (name, worker_concurrency, partition_queue, partition_concurrency, application_name)
       values ('partitioned', 1, true, 1, 'other')`,
    );
    await strand('run-0', { status: 'PENDING', executor_id: 'dead' });
    await strand('run-1', { application_version: 'moltnet-0' });
    await strand('run-2', { name: 'gone' });
    await strand('run-3', { queue_name: 'gone' });
    await strand('run-4', { queue_name: 'partitioned' });
    await strand('failing', {});
    await strand('waiting', {});
    await here.db.raw(`delete from dbos.workflow_input where workflow_uuid = 'waiting'`);
    const stranded = await findStrandedRuns(here.db, {
      executors: await listLiveExecutors(here.db),
      names: listWorkflowNames(),
      limit: 50,
    });
    expect(Object.fromEntries(stranded.map((run) => [run.id, run.reason]))).to.deep.equal({
      'run-0': 'deadExecutor',
      'run-1': 'retiredVersion',
      'run-2': 'unknownWorkflow',
      'run-3': 'unknownQueue',
      'run-4': 'missingPartitionKey',
      failing: 'pausedQueue',
      waiting: 'missingInput',
    });
    expect(stranded.every((run) => run.remedy.length > 20)).to.equal(true);
  });

  it('keeps on record what operators did, once each, newest first', async () => {
    const actorId = randomUUID();
    await here.db('agents').insert({ id: actorId, key_id: 'a'.repeat(64), fingerprint: 'AAAA-AAAA-AAAA-AAAA' });
    const action = (target: string) => ({
      id: randomUUID(),
      actorId,
      action: 'retry',
      target,
      reason: 'why',
      before: { status: 'ERROR' },
    });
    const first = action('failing');
    await beginOperatorAction(here.db, first);
    await beginOperatorAction(here.db, { ...first, reason: 'again' });
    await endOperatorAction(here.db, first.id, { status: 'ENQUEUED' });
    await beginOperatorAction(here.db, action('other'));
    const all = await listOperatorActions(here.db, { limit: 10 });
    expect(all.map(({ target }) => target)).to.deep.equal(['other', 'failing']);
    const [recorded] = await listOperatorActions(here.db, { target: 'failing', limit: 10 });
    expect(recorded).to.deep.include({ ...first, after: { status: 'ENQUEUED' } });
    const rest = await listOperatorActions(here.db, { after: { at: all[0]!.at, id: all[0]!.id }, limit: 10 });
    expect(rest.map(({ target }) => target)).to.deep.equal(['failing']);
  });
});
