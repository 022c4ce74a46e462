import { randomUUID } from 'node:crypto';
import { generateKeyPair, keyId, type KeyPair } from '@moltnet/protocol';
import { expect } from 'chai';
import { storeAgent } from '../../src/db/agents/storeAgent.js';
import { startIdentityServer, type IdentityServer } from '../../src/embedded/identity/server.js';
import { oauthRoutes } from '../../src/http/routes/oauth.js';
import type { Identity } from '../../src/ports/identity.js';
import { describeAgentClient } from '../../src/rules/agentClient.js';
import { describeNewAgent, type NewAgent } from '../../src/rules/registration.js';
import { startProgram, type ChildProgram } from '../support/childProgram.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { serve } from '../support/http.js';
import { killAfterStep } from '../support/killAfterStep.js';
import { API, MCP, registrationRequest } from '../support/registration.js';
import { skipBecause } from '../support/skip.js';
import { until } from '../support/until.js';
import { connectIdentity, deriveTestSecret } from '../support/world.js';

describe('a change of credentials whose process is killed', function () {
  this.timeout(60_000);
  let database: FreshDatabase;
  let identityServer: IdentityServer;
  let identity: Identity;
  let door: Awaited<ReturnType<typeof serve>>;
  let programs: ChildProgram[];
  let keys: KeyPair;
  let agent: NewAgent;
  let token: string;

  before(function () {
    if (!process.env['TEST_DATABASE_URL']) skipBecause(this, 'a held record would hold the one session of PGlite');
  });

  beforeEach(async () => {
    programs = [];
    database = await freshDatabase();
    identityServer = await startIdentityServer(database.db);
    identity = connectIdentity(identityServer);
    const tokens = { audience: API, tokenAudiences: [API, MCP], clientSecret: deriveTestSecret };
    door = await serve(oauthRoutes({ db: database.db, identity, ...tokens }));
    keys = generateKeyPair();
    agent = describeNewAgent(registrationRequest({ keys }), { role: 'agent', audience: [API, MCP] });
    await identity.identities.create({ externalId: agent.keyId, traits: { public_key: keys.publicKey } });
    await identity.clients.create({ ...describeAgentClient(agent, agent.audience), clientSecret: secret(1) });
    await storeAgent(database.db, agent);
    token = (await askToken(1))!;
  });

  afterEach(async () => {
    await Promise.all(programs.map((program) => program.kill('SIGKILL')));
    await door.stop();
    await identityServer.close();
    await database.drop();
  });

  const secret = (epoch: number) => deriveTestSecret(agent.agentId, epoch);

  /** A token at the door, for the secret of an epoch; undefined where it is refused. */
  async function askToken(epoch: number): Promise<string | undefined> {
    const form = { grant_type: 'client_credentials', client_id: agent.agentId, client_secret: secret(epoch) };
    const response = await fetch(`${door.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
    return ((await response.json()) as { access_token?: string }).access_token;
  }

  async function start(executorId: string): Promise<ChildProgram> {
    const args = [database.url, executorId, identityServer.url, identityServer.apiKey];
    const program = startProgram('test/support/credentialsProgram.js', args);
    programs.push(program);
    await program.said('ready');
    return program;
  }

  async function killAfter(step: string, command: string, whileDead: () => Promise<void>): Promise<void> {
    await killAfterStep(database.db, step, async () => {
      const victim = await start('victim');
      victim.tell(command);
      return victim;
    });
    await whileDead();
    const survivor = await start('survivor');
    survivor.tell(command);
    const ended = await until(() => Promise.resolve(survivor.lines.find((line) => line.startsWith('ended'))));
    expect(ended).to.match(/^ended (applied|already)$/);
  }

  const events = async (kind: string) => (await database.db('outbox').where({ kind })).length;
  const secretEpochs = () =>
    database
      .db('agents')
      .where({ id: agent.agentId })
      .first('secret_epoch as reserved', 'settled_secret_epoch as settled');

  for (const step of ['reserveSecret', 'mirrorClient', 'settleSecret']) {
    it(`takes the former secret all the time, and the new one in the end: killed after ${step}`, async () => {
      const rotation = { agentId: agent.agentId, fromEpoch: 1, graceSeconds: 3_600, requestHash: 'a request' };
      await killAfter(step, `rotateSecret ${JSON.stringify(rotation)}`, async () => {
        expect(await askToken(1)).not.to.equal(undefined);
      });
      expect(await askToken(1)).not.to.equal(undefined);
      expect(await askToken(2)).not.to.equal(undefined);
      expect(await secretEpochs()).to.deep.equal({ reserved: 2, settled: 2 });
      expect(await events('secret.rotated')).to.equal(1);
    });
  }

  for (const step of ['beginRecovery', 'mirrorClient', 'revokeTokens', 'endRecovery']) {
    it(`recovers once, and ends what was before: killed after ${step}`, async () => {
      const recovery = {
        agentId: agent.agentId,
        keyId: agent.keyId,
        challengeHash: 'ab'.repeat(32),
        challengeExpiresAt: new Date(Date.now() + 300_000).toISOString(),
        recoveryId: randomUUID(),
      };
      await killAfter(step, `recoverAgent ${JSON.stringify(recovery)}`, () => Promise.resolve());
      expect(await askToken(1)).to.equal(undefined);
      expect(await askToken(2)).not.to.equal(undefined);
      expect(await identity.tokens.introspect(token)).to.equal(undefined);
      expect(await secretEpochs()).to.deep.equal({ reserved: 2, settled: 2 });
      expect(await events('agent.recovered')).to.equal(1);
      expect(await database.db('used_challenges').count()).to.deep.equal([{ count: '1' }]);
    });
  }

  const present = async () =>
    (await database.db('agent_keys').where({ agent_id: agent.agentId }).whereNull('valid_until')) as {
      public_key: string;
    }[];

  for (const step of ['replaceKey', 'mirrorClient', 'mirrorIdentity']) {
    it(`has one present key all the time, and tells the identity service: a rotation killed after ${step}`, async () => {
      const to = generateKeyPair();
      const ids = { oldKeyId: agent.keyId, newKeyId: keyId(to.publicKey) };
      const change = { agentId: agent.agentId, ...ids, newPublicKey: to.publicKey, requestHash: 'a request' };
      await killAfter(step, `rotateKey ${JSON.stringify(change)}`, async () => {
        expect((await present()).map((key) => key.public_key)).to.deep.equal([to.publicKey]);
      });
      expect(await present()).to.have.lengthOf(1);
      expect(await events('key.rotated')).to.equal(1);
      await until(async () => {
        const found = await identity.identities.find(agent.keyId);
        return found?.traits['public_key'] === to.publicKey;
      });
      expect(await askToken(1)).not.to.equal(undefined);
    });
  }

  for (const step of ['endKey', 'mirrorClient']) {
    it(`leaves a revoked agent nothing: killed after ${step}`, async () => {
      const end = { agentId: agent.agentId, keyId: agent.keyId, reason: 'stolen' };
      await killAfter(step, `revokeKey ${JSON.stringify(end)}`, async () => {
        const row = await database.db('agents').where({ id: agent.agentId }).first('disabled_at');
        expect((row as { disabled_at: Date | null }).disabled_at).not.to.equal(null);
      });
      expect(await present()).to.deep.equal([]);
      expect(await events('key.revoked')).to.equal(1);
      await until(async () => (await askToken(1)) === undefined && (await askToken(2)) === undefined);
      expect(await identity.tokens.introspect(token)).to.equal(undefined);
    });
  }
});
