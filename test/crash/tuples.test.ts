import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { listBehind } from '../../src/db/tuples/mirrorState.js';
import { startIdentityServer, type IdentityServer } from '../../src/embedded/identity/server.js';
import type { Identity } from '../../src/ports/identity.js';
import { startProgram, type ChildProgram } from '../support/childProgram.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { killAfterStep } from '../support/killAfterStep.js';
import { skipBecause } from '../support/skip.js';
import { listAll, subject, tuple } from '../support/tuplePort.js';
import { until } from '../support/until.js';
import { connectIdentity } from '../support/world.js';

/** An agent and a diary without the doors: only their rows matter here. */
async function addRows({ db }: FreshDatabase): Promise<{ owner: string; reader: string; diary: string }> {
  const [owner, reader, diary] = [randomUUID(), randomUUID(), randomUUID()];
  for (const [i, id] of [owner, reader].entries()) {
    await db('agents').insert({
      id,
      key_id: String(i).repeat(64),
      fingerprint: Array(4).fill(String(i).repeat(4)).join('-'),
    });
  }
  await db('diaries').insert({ id: diary, owner_id: owner, name: 'd', request_hash: 'r', created_at: db.fn.now() });
  await db('diary_grants').insert({
    diary_id: diary,
    agent_id: reader,
    role: 'reader',
    version: 1,
    changed_by: owner,
    changed_at: db.fn.now(),
  });
  return { owner, reader, diary };
}

describe('a process that is killed while it mirrors access', function () {
  this.timeout(60_000);
  let database: FreshDatabase;
  let server: IdentityServer;
  let identity: Identity;
  let programs: ChildProgram[];

  before(function () {
    if (!process.env['TEST_DATABASE_URL']) skipBecause(this, 'a held record would hold the one session of PGlite');
  });

  beforeEach(async () => {
    database = await freshDatabase();
    server = await startIdentityServer(database.db);
    identity = connectIdentity(server);
    programs = [];
  });

  afterEach(async () => {
    await Promise.all(programs.map((program) => program.kill('SIGKILL')));
    await server.close();
    await database.drop();
  });

  async function start(executorId: string): Promise<ChildProgram> {
    const program = startProgram('test/support/tuplesProgram.js', [
      database.url,
      executorId,
      server.url,
      server.apiKey,
    ]);
    programs.push(program);
    await program.said('ready');
    return program;
  }

  const allSynced = () => until(async () => (await listBehind(database.db, 1)).length === 0);

  for (const step of ['listBehind', 'mirrorTuples', 'markMirrored', 'recordMirrorRun']) {
    it(`after ${step} gives nobody more than is granted when its run goes on, whatever was revoked meanwhile`, async () => {
      const { db } = database;
      const { owner, reader, diary } = await addRows(database);
      await killAfterStep(db, step, async () => {
        const victim = await start('victim');
        victim.tell('sync');
        return victim;
      });
      await db('diary_grants').update({ role: null, version: 2 });
      const survivor = await start('survivor');
      survivor.tell('sync');
      await allSynced();
      await until(async () => {
        const running = await db.withSchema('dbos').from('workflow_status').whereIn('status', ['PENDING', 'ENQUEUED']);
        return running.length === 0;
      });
      expect(await listAll(identity, { namespace: 'Diary' })).to.deep.equal([
        tuple('Diary', diary, 'owners', subject('Agent', owner)),
      ]);
      const members = (await listAll(identity, { namespace: 'Network' })).map((one) => one.subject);
      expect(members).to.have.deep.members([subject('Agent', owner), subject('Agent', reader)]);
    });
  }
});
