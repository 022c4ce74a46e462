import { expect } from 'chai';
import { describeNewAgent, type NewAgent } from '../../src/rules/registration.js';
import { startIdentityServer, type IdentityServer } from '../../src/embedded/identity/server.js';
import { startProgram, type ChildProgram } from '../support/childProgram.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { startFaultyProxy, type FaultyProxy } from '../support/faultyProxy.js';
import { killAfterStep } from '../support/killAfterStep.js';
import { API, registrationRequest } from '../support/registration.js';
import { skipBecause } from '../support/skip.js';
import { until } from '../support/until.js';

/**
 * Each step's effect is done and the record of it is held back at a gate in the database; there the process is killed, and
 * the record with it. That is the gap in which an effect can be lost or doubled.
 */
describe('a registration whose process is killed', function () {
  this.timeout(60_000);
  let database: FreshDatabase;
  let identityServer: IdentityServer;
  let proxy: FaultyProxy;
  let programs: ChildProgram[];

  before(function () {
    if (!process.env['TEST_DATABASE_URL']) skipBecause(this, 'a held record would hold the one session of PGlite');
  });

  beforeEach(async () => {
    database = await freshDatabase();
    identityServer = await startIdentityServer(database.db);
    proxy = await startFaultyProxy(identityServer.url);
    programs = [];
  });

  afterEach(async () => {
    await Promise.all(programs.map((program) => program.kill('SIGKILL')));
    await proxy.close();
    await identityServer.close();
    await database.drop();
  });

  async function start(executorId: string): Promise<ChildProgram> {
    const args = [database.url, executorId, proxy.url, identityServer.apiKey];
    const program = startProgram('test/support/registrationProgram.js', args);
    programs.push(program);
    await program.said('ready');
    return program;
  }

  const newAgent = () => describeNewAgent(registrationRequest(), { role: 'agent', audience: [API] });
  const register = (agent: NewAgent) => `register ${JSON.stringify(agent)}`;

  /** Kills the process that has done `step` and not yet recorded it; what it had running is queued again. */
  async function killAfter(step: string, agent: NewAgent): Promise<void> {
    await killAfterStep(database.db, step, async () => {
      const victim = await start('victim');
      victim.tell(register(agent));
      return victim;
    });
  }

  async function left(agent: NewAgent): Promise<number[]> {
    const { db } = database;
    const rows = await Promise.all([
      db('agents').where({ id: agent.agentId }),
      db('oauth_clients').where({ client_id: agent.agentId }),
      db('identities').where({ external_id: agent.keyId }),
      db('outbox').where({ subject_id: agent.agentId }),
    ]);
    return rows.map((found: unknown[]) => found.length);
  }

  for (const step of ['findRegistration', 'createAgentIdentity', 'createAgentClient', 'storeAgent']) {
    it(`after ${step} is finished by another process, once`, async () => {
      const agent = newAgent();
      await killAfter(step, agent);
      const survivor = await start('survivor');
      survivor.tell(register(agent));
      await survivor.said('ended registered');
      expect(await left(agent)).to.deep.equal([1, 1, 1, 1]);
    });
  }

  for (const step of ['removeAgentClient', 'removeAgentIdentity']) {
    it(`after ${step}, while it takes back what it made, leaves nothing, and can be made again`, async () => {
      const agent = newAgent();
      proxy.fate = (request) => (request === 'POST /admin/clients' ? 'fail' : 'pass');
      await killAfter(step, agent);
      const survivor = await start('survivor');
      await until(async () => {
        const failed: unknown[] = await database.db
          .withSchema('dbos')
          .from('workflow_status')
          .where({ status: 'ERROR' });
        return failed.length === 1;
      });
      expect(await left(agent)).to.deep.equal([0, 0, 0, 0]);
      proxy.fate = () => 'pass';
      survivor.tell(register(agent));
      await survivor.said('ended registered');
      expect(await left(agent)).to.deep.equal([1, 1, 1, 1]);
    });
  }
});
