import { expect } from 'chai';
import { listBehind } from '../../src/db/tuples/mirrorState.js';
import { startTupleTrigger } from '../../src/runtime/tupleTrigger.js';
import type { Loop } from '../../src/runtime/loop.js';
import { silentLog } from '../support/log.js';
import { listAll, subject, tuple } from '../support/tuplePort.js';
import { until } from '../support/until.js';
import { startWorld, type World } from '../support/world.js';

describe('the trigger of syncTuples', function () {
  this.timeout(60_000);
  let world: World;
  let trigger: Loop | undefined;

  before(async () => {
    world = await startWorld();
  });

  afterEach(() => trigger?.stop());
  after(() => world.stop());

  const start = () => (trigger = startTupleTrigger({ db: world.db, systemDb: world.db, log: silentLog }));
  const upToDate = () => until(async () => (await listBehind(world.db, 1)).length === 0);

  const runs = async (): Promise<number> => {
    const found: unknown[] = await world.db.withSchema('dbos').from('workflow_status').where('name', 'syncTuples');
    return found.length;
  };

  it('finds by itself what was behind when the process started, and by a wake what is behind later', async () => {
    const owner = await world.agent();
    const first = await world.diary(owner);
    const loop = start();
    await upToDate();
    const second = await world.diary(owner);
    loop.wake();
    await upToDate();
    const owned = await listAll(world.ports.identity, { namespace: 'Diary', relation: 'owners' });
    const owns = (diary: string) => tuple('Diary', diary, 'owners', subject('Agent', owner.agentId));
    expect(owned).to.have.deep.members([owns(first), owns(second)]);
  });

  it('waits while the next try is put off, and goes on when it is due', async () => {
    await world.diary(await world.agent());
    await world.db('tuple_mirror').update({ next_try_at: world.db.raw(`now() + interval '1 hour'`) });
    const before = await runs();
    await start().stop();
    expect(await runs()).to.equal(before);
    await world.db('tuple_mirror').update({ next_try_at: world.db.fn.now() });
    start();
    await upToDate();
  });
});
