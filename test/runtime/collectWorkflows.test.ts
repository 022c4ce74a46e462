import { DBOS } from '@dbos-inc/dbos-sdk';
import { expect } from 'chai';
import { retryWorkflow } from '../../src/runtime/retry.js';
import { collectWorkflows } from '../../src/workflows/collectWorkflows.js';
import { threeSteps } from '../support/fixtureWorkflows.js';
import { type Launched, launched } from '../support/launched.js';

const DAY_MS = 86_400_000;

describe('collecting what runs leave behind', function () {
  this.timeout(60_000);
  let here: Launched;
  before(async () => (here = await launched()));
  after(() => here.stop());

  async function run(id: string, columns: object = {}): Promise<void> {
    await DBOS.startWorkflow(threeSteps, { workflowID: id })(id, 'none').then((handle) => handle.getResult());
    const update = Object.entries(columns).length > 0;
    if (update) await here.db('workflow_status').withSchema('dbos').where({ workflow_uuid: id }).update(columns);
  }
  const collect = (at: string) =>
    DBOS.startWorkflow(collectWorkflows)(new Date(at)).then((handle) => handle.getResult());
  const idsIn = async (table: string): Promise<string[]> =>
    here
      .db(table)
      .withSchema('dbos')
      .where('workflow_uuid', 'not like', '%-%-%-%')
      .distinct()
      .orderBy('workflow_uuid')
      .pluck('workflow_uuid');

  it('takes the texts from runs that ended well, and from no others', async () => {
    await run('written', { name: 'writeEntries' });
    await run('edited', { name: 'updateEntry' });
    await run('failed', { name: 'writeEntries', status: 'ERROR' });
    await run('other');
    await collect('2026-01-01T00:01:00Z');
    expect(await idsIn('workflow_input')).to.deep.equal(['failed', 'other']);
    expect(await idsIn('workflow_status')).to.include.members(['written', 'edited']);
    const refused = await retryWorkflow(here.db, 'written').catch((error: unknown) => error as Error);
    expect(refused).to.have.property('name', 'Conflict');
  });

  it('takes them once an hour from older runs too', async () => {
    await run('slow', { name: 'writeEntries' });
    await here.db.raw(`update dbos.workflow_input set retention_timestamp = 0 where workflow_uuid = 'slow'`);
    await collect(new Date(Date.now() - (Date.now() % 3_600_000) + 60_000).toISOString());
    expect(await idsIn('workflow_input')).to.include('slow');
    await collect('2026-01-01T00:00:00Z');
    expect(await idsIn('workflow_input')).not.to.include('slow');
  });

  it('forgets successes after a week, failures after a month, ticks of the clock after a day, with all they have', async () => {
    const ago = (days: number) => ({ completed_at: Date.parse('2026-01-01T00:00:00Z') - days * DAY_MS });
    const kinds = {
      success6: ago(6),
      success8: ago(8),
      failure29: { ...ago(29), status: 'ERROR' },
      failure31: { ...ago(31), status: 'CANCELLED' },
      tick0: { ...ago(0.5), schedule_name: 'tick' },
      tick2: { ...ago(2), schedule_name: 'tick' },
      running: { completed_at: null, created_at: 0, status: 'PENDING' },
    };
    for (const [id, columns] of Object.entries(kinds)) await run(id, columns);
    await here.db.raw(
      `delete from dbos.workflow_status where workflow_uuid not in (?, ?, ?, ?, ?, ?, ?)`,
      Object.keys(kinds),
    );
    await collect('2026-01-01T00:00:00Z');
    const kept = ['failure29', 'running', 'success6', 'tick0'];
    expect(await idsIn('workflow_status')).to.deep.equal(kept);
    for (const table of ['workflow_output', 'operation_outputs', 'workflow_input']) {
      const orphans = (await idsIn(table)).filter((id) => id in kinds && !kept.includes(id));
      expect(orphans, table).to.deep.equal([]);
    }
  });
});
