import { generateKeyPair, keyId } from '@moltnet/protocol';
import { expect } from 'chai';
import { hookRoutes } from '../../src/http/routes/hooks.js';
import { smallOrderKeys } from '../protocol/hostilePoints.js';
import { serve } from '../support/http.js';
import { startIdentityWorld, type IdentityWorld, type TestAgent } from '../support/identityWorld.js';
import { schemaFaults } from '../support/oryContract.js';
import { until } from '../support/until.js';

const KEY = 'a key that only Ory and we know';
const ORY = { 'x-ory-api-key': KEY };

describe("Ory's hooks", () => {
  let doors: IdentityWorld;
  let agent: TestAgent;

  before(async () => {
    doors = await startIdentityWorld((options) => hookRoutes({ ...options, actionKey: KEY }));
    agent = await doors.register();
  });
  after(() => doors.stop());

  const call = (path: string, body: object, headers: Record<string, string> = ORY) =>
    doors.post(`/hooks/${path}`, body, undefined, headers);

  /** As Kratos has it, and as its own document says. */
  function identityOf(publicKey: string, changes: object = {}) {
    const identity = {
      id: '0b8f4c1e-6f1d-4a55-9a53-5f0c3a1d2e4b',
      schema_id: 'agent',
      schema_url: 'https://ory.example/schemas/agent',
      state: 'active',
      traits: { public_key: publicKey },
      ...changes,
    };
    expect(schemaFaults('identity', identity)).to.deep.equal([]);
    return identity;
  }

  /** What Kratos makes of the answer must be an identity by its document; what Hydra makes of one, a token's `ext`. */
  const merged = (identity: object, answer: { identity?: object }) => ({ ...identity, ...answer.identity });

  it('are for Ory alone: by its key, the whole of it, and not by a token', async () => {
    const { credentials } = agent;
    const body = { identity: identityOf(agent.keys.publicKey) };
    const paths = ['kratos/after-registration', 'kratos/validate-settings', 'kratos/after-settings'];
    for (const path of [...paths, 'hydra/token-exchange']) {
      const given = path.startsWith('hydra') ? { request: { client_id: agent.agentId } } : body;
      for (const headers of [
        {},
        { 'x-ory-api-key': '' },
        { 'x-ory-api-key': KEY.slice(1) },
        { 'x-ory-api-key': `${KEY} ` + 'x' },
      ]) {
        expect((await call(path, given, headers as Record<string, string>)).status, path).to.equal(401);
      }
      const authorization = `Bearer ${await doors.token(credentials)}`;
      expect((await call(path, given, { authorization })).status).to.equal(401);
      expect((await call(path, given)).status).to.equal(200);
    }
  });

  describe('after a registration', () => {
    it('give the identity the external id of its key, each time the same', async () => {
      const { publicKey } = generateKeyPair();
      const identity = identityOf(publicKey);
      const first = await call('kratos/after-registration', { identity });
      expect(first).to.deep.equal({ status: 200, body: { identity: { external_id: keyId(publicKey) } } });
      expect(await call('kratos/after-registration', { identity })).to.deep.equal(first);
      expect(schemaFaults('identity', merged(identity, first.body))).to.deep.equal([]);
    });

    it('stop it for a weak key and for what is none, beside the field', async () => {
      for (const publicKey of [...smallOrderKeys, 'ed25519:AAAA', 7, null]) {
        const { status, body } = await call('kratos/after-registration', {
          identity: { traits: { public_key: publicKey } },
        });
        expect(status).to.equal(400);
        expect(body.messages[0]).to.deep.include({ instance_ptr: '#/traits/public_key' });
        expect(body.messages[0].messages[0]).to.have.all.keys('id', 'text', 'type');
      }
    });

    it('leave people alone, who have no key', async () => {
      const identity = { traits: { email: 'a@example.org' } };
      expect(await call('kratos/after-registration', { identity })).to.deep.equal({ status: 200, body: {} });
    });
  });

  describe('about settings', () => {
    it("refuse another key than the agent's present one, and let everything else pass", async () => {
      const external_id = agent.keyId;
      const other = identityOf(generateKeyPair().publicKey, { external_id });
      const refused = await call('kratos/validate-settings', { identity: other });
      expect([refused.status, refused.body.messages[0].instance_ptr]).to.deep.equal([400, '#/traits/public_key']);
      const same = identityOf(agent.keys.publicKey, { external_id });
      expect((await call('kratos/validate-settings', { identity: same })).status).to.equal(200);
      const stranger = identityOf(generateKeyPair().publicKey, { external_id: 'ab'.repeat(32) });
      expect((await call('kratos/validate-settings', { identity: stranger })).status).to.equal(200);
    });

    it('set right afterwards what was changed all the same', async () => {
      const found = (await doors.identity.identities.find(agent.keyId))!;
      const { publicKey } = generateKeyPair();
      await doors.identity.identities.setTraits(found.id, { public_key: publicKey });
      const identity = identityOf(publicKey, { external_id: agent.keyId });
      for (let i = 0; i < 2; i++) expect((await call('kratos/after-settings', { identity })).status).to.equal(200);
      await until(async () => {
        const mended = await doors.identity.identities.find(agent.keyId);
        return mended?.traits['public_key'] === agent.keys.publicKey;
      });
      expect(await doors.tokenStatus(agent.credentials)).to.equal(200);
    });
  });

  describe('for a token', () => {
    const request = (clientId: string) => ({
      session: { subject: clientId, extra: {} },
      request: {
        client_id: clientId,
        granted_scopes: ['agent'],
        granted_audience: null,
        grant_types: ['client_credentials'],
      },
    });

    it('say whose it is, in claims that introspection shows as ext', async () => {
      const { status, body } = await call('hydra/token-exchange', request(agent.agentId));
      expect(status).to.equal(200);
      const { agentId, keyId: id, fingerprint } = agent;
      expect(body).to.deep.equal({
        session: { access_token: { agent_id: agentId, key_id: id, fingerprint }, id_token: {} },
      });
      const ext = { active: true, ext: body.session.access_token as object };
      expect(schemaFaults('introspectedOAuth2Token', ext)).to.deep.equal([]);
    });

    it('refuse one to an agent that is gone or disabled, and say nothing about clients of others', async () => {
      const disabled = await doors.register();
      await doors.world.db('agents').where({ id: disabled.agentId }).update({ disabled_at: new Date() });
      for (const id of [disabled.agentId, '0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b']) {
        expect((await call('hydra/token-exchange', request(id))).status).to.equal(403);
      }
      for (const id of ['some-app', '0b8f4c1e-6f1d-4a55-9a53-5f0c3a1d2e4b']) {
        expect(await call('hydra/token-exchange', request(id))).to.deep.equal({ status: 204, body: undefined });
      }
    });
  });
});

describe("Ory's hooks, closed", () => {
  it('stop registrations at Kratos too, and answer nobody where no key is configured', async () => {
    const doors = await startIdentityWorld((options) => hookRoutes({ ...options, actionKey: KEY }), {
      registration: 'closed',
    });
    const identity = { traits: { public_key: generateKeyPair().publicKey } };
    const { status, body } = await doors.post('/hooks/kratos/after-registration', { identity }, undefined, ORY);
    expect(status).to.equal(400);
    expect(body.messages[0].messages[0].text).to.include('invitation');
    const keyless = await serve(hookRoutes({ db: doors.world.db, registration: 'open', actionKey: undefined }));
    for (const key of [KEY, '', 'undefined']) {
      const headers = { 'x-ory-api-key': key, 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify({ identity }) };
      expect((await fetch(`${keyless.url}/hooks/kratos/after-settings`, init)).status).to.equal(401);
    }
    await keyless.stop();
    await doors.stop();
  });
});
