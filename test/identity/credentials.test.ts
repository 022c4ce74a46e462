import { canonicalJson, generateKeyPair, keyId, recoverySigningInput, sha256Hex } from '@moltnet/protocol';
import { expect } from 'chai';
import { credentialRoutes } from '../../src/http/routes/credentials.js';
import { keyRoutes } from '../../src/http/routes/keys.js';
import type { ClientSecret } from '../../src/ports/identity.js';
import { createChallenges } from '../../src/rules/challenge.js';
import { startIdentityWorld, type IdentityWorld, type TestAgent } from '../support/identityWorld.js';
import {
  API,
  keyRotationRequest,
  MCP,
  recoveryAnswer,
  registrationRequest,
  secretRotationRequest,
} from '../support/registration.js';

const SERVICE = ['PUT', 'DELETE', 'POST'];

describe('the credentials of an agent', () => {
  let doors: IdentityWorld;
  let agent: TestAgent;
  let token: string;

  before(async () => {
    doors = await startIdentityWorld((options) => [...keyRoutes(options), ...credentialRoutes(options)]);
  });
  after(() => doors.stop());

  beforeEach(async () => {
    doors.proxy.fate = () => 'pass';
    agent = await doors.register();
    token = await doors.token(agent.credentials);
  });

  const events = async (kind: string) => {
    const rows = await doors.world.db('outbox').where({ kind, subject_id: agent.agentId }).orderBy('id');
    return rows as { subject_hash: string; at: Date }[];
  };
  const whoami = async (from: 'server' | 'peer' = 'server', by = token) =>
    (await doors.get('/agents/whoami', by, from)).status;
  const failing = (path: RegExp) => (request: string) => (path.test(request) ? ('fail' as const) : ('pass' as const));

  describe('rotated', () => {
    const rotate = (request: object = secretRotationRequest(agent.keys), by = token) =>
      doors.post('/auth/rotate-secret', request, by);
    const endGrace = () =>
      doors.world
        .db('agents')
        .where({ id: agent.agentId })
        .update({ former_secret_until: new Date(0) });

    it('gives a new secret, and takes the former one until its grace is over', async () => {
      const { status, body } = await rotate();
      expect(status).to.equal(200);
      expect(body.credentials.clientId).to.equal(agent.agentId);
      expect(body.credentials.clientSecret).not.to.equal(agent.credentials.clientSecret);
      expect(await doors.tokenStatus(body.credentials)).to.equal(200);
      expect(await doors.tokenStatus(agent.credentials)).to.equal(200);
      expect(await whoami()).to.equal(200);
      await endGrace();
      expect(await doors.tokenStatus(agent.credentials)).to.equal(401);
      expect(await doors.tokenStatus(body.credentials)).to.equal(200);
    });

    it('lets the former secret end tokens too, in its grace', async () => {
      await rotate();
      const { clientId, clientSecret } = agent.credentials;
      const form = { client_id: clientId, client_secret: clientSecret, token };
      const revoked = await doors.postForm('/oauth2/revoke', form);
      expect(revoked.status).to.equal(200);
      expect(await whoami()).to.equal(401);
    });

    it('ends the former secret and all tokens at once, in every process, where no grace is wanted', async () => {
      for (const from of ['server', 'peer'] as const) expect(await whoami(from)).to.equal(200);
      const { body } = await rotate(secretRotationRequest(agent.keys, { graceSeconds: 0 }));
      expect(await doors.tokenStatus(agent.credentials)).to.equal(401);
      for (const from of ['server', 'peer'] as const) expect(await whoami(from)).to.equal(401);
      expect(await whoami('peer', await doors.token(body.credentials))).to.equal(200);
    });

    it('answers the same request with the same secret, and does it once', async () => {
      const request = secretRotationRequest(agent.keys);
      const first = await rotate(request);
      expect(await rotate(request)).to.deep.equal(first);
      const [event, ...others] = await events('secret.rotated');
      expect(others).to.deep.equal([]);
      const changed = ['moltnet:secret-rotated:v1', agent.agentId, 2, event!.at.toISOString()];
      expect(event!.subject_hash).to.equal(sha256Hex(canonicalJson(changed)));
    });

    it('gives a replayed request nothing once the secret has been replaced again', async () => {
      const request = secretRotationRequest(agent.keys);
      await rotate(request);
      const { body } = await rotate();
      const replayed = await rotate(request);
      expect(replayed.status).to.equal(409);
      expect(JSON.stringify(replayed.body)).not.to.contain('clientSecret');
      expect(await doors.tokenStatus(body.credentials)).to.equal(200);
    });

    it('gives every one of several at once a secret that works, or none', async () => {
      const answers = await Promise.all(Array.from({ length: 4 }, () => rotate()));
      const given = answers.filter(({ status }) => status === 200);
      expect(given).to.have.lengthOf(1);
      expect(answers.filter(({ status }) => status === 409)).to.have.lengthOf(3);
      expect(await doors.tokenStatus(given[0]!.body.credentials)).to.equal(200);
      expect(await doors.tokenStatus(agent.credentials)).to.equal(200);
    });

    it('takes the proof of the present key only: not of the one before, not of another agent', async () => {
      const to = generateKeyPair();
      await doors.post('/auth/rotate-key', keyRotationRequest(agent.keys, { to }));
      const other = await doors.register();
      for (const keys of [agent.keys, other.keys]) {
        const { status, body } = await rotate(secretRotationRequest(keys));
        expect([status, body.errors[0].pointer]).to.deep.equal([400, '/proof/signature']);
      }
      expect((await rotate(secretRotationRequest(to))).status).to.equal(200);
    });

    it('takes no proof of ten minutes ago or ahead, for another server, with another grace, or for another purpose', async () => {
      const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();
      const signed = secretRotationRequest(agent.keys);
      for (const request of [
        secretRotationRequest(agent.keys, { issuedAt: minutes(-10) }),
        secretRotationRequest(agent.keys, { issuedAt: minutes(10) }),
        secretRotationRequest(agent.keys, { audience: MCP }),
        { ...signed, graceSeconds: 0 },
        { graceSeconds: 3_600, proof: registrationRequest({ keys: agent.keys }).proof },
      ]) {
        expect((await rotate(request)).status).to.equal(400);
      }
    });

    it('needs a token that is good: not expired, not revoked, not for the MCP server, not of an agent that is gone', async () => {
      const forMcp = await doors.identity.tokens.issue({ ...agent.credentials, audience: [MCP] });
      const expired = await doors.token(agent.credentials);
      await doors.world.db.raw(`update oauth_tokens set expires_at = now() - interval '1 second'`);
      const revoked = await doors.token(agent.credentials);
      await doors.identity.tokens.revoke({ ...agent.credentials, token: revoked });
      const gone = await doors.register();
      const ofGone = await doors.token(gone.credentials);
      await doors.world.db('agent_keys').where({ agent_id: gone.agentId }).delete();
      await doors.world.db('agents').where({ id: gone.agentId }).delete();
      expect(await doors.identity.tokens.introspect(ofGone)).not.to.equal(undefined);
      for (const bad of [(forMcp as { accessToken: string }).accessToken, expired, revoked, ofGone, 'invented']) {
        expect((await rotate(undefined, bad)).status).to.equal(401);
      }
    });

    for (const path of [/^PUT /, /secrets\/rotate$/]) {
      it(`keeps the former secret good while ${path.source} fails, and is finished by the same request`, async () => {
        const request = secretRotationRequest(agent.keys);
        doors.proxy.fate = failing(path);
        expect((await rotate(request)).body.name).to.equal('IdentityUnavailable');
        doors.proxy.fate = () => 'pass';
        expect(await doors.tokenStatus(agent.credentials)).to.equal(200);
        const { status, body } = await rotate(request);
        expect(status).to.equal(200);
        expect(await doors.tokenStatus(body.credentials)).to.equal(200);
        expect(await doors.tokenStatus(agent.credentials)).to.equal(200);
        expect(await events('secret.rotated')).to.have.lengthOf(1);
      }).timeout(30_000);
    }

    for (const fate of ['html', 'limit', 'stall'] as const) {
      it(`gets through an identity service that answers ${fate} once, and says 503 when it goes on`, async () => {
        const once = new Set<string>();
        doors.proxy.fate = (request) => {
          if (once.has(request) || !request.startsWith('PUT')) return 'pass';
          once.add(request);
          return fate;
        };
        const { status, body } = await rotate();
        expect([status, once.size]).to.deep.equal([200, 1]);
        expect(await doors.tokenStatus(body.credentials)).to.equal(200);
        if (fate === 'stall') return;
        doors.proxy.fate = (request) => (request.startsWith('PUT') ? fate : 'pass');
        const refused = await rotate(secretRotationRequest(agent.keys), token);
        expect([refused.status, refused.body.name]).to.deep.equal([503, 'IdentityUnavailable']);
        doors.proxy.fate = () => 'pass';
        expect(await doors.tokenStatus(body.credentials)).to.equal(200);
      }).timeout(30_000);
    }

    it('keeps the secret that was told good where a rotation was given up and another one begun', async () => {
      doors.proxy.fate = failing(/^PUT /);
      await rotate();
      doors.proxy.fate = () => 'pass';
      expect((await rotate()).status).to.equal(200);
      expect(await doors.tokenStatus(agent.credentials)).to.equal(200);
    }).timeout(30_000);

    it('happens once though every answer of the identity service is lost once', async () => {
      const lost = new Set<string>();
      doors.proxy.fate = (request) => {
        if (!SERVICE.some((method) => request.startsWith(method)) || lost.has(request)) return 'pass';
        lost.add(request);
        return 'lose the answer';
      };
      const { status, body } = await rotate();
      expect([status, lost.size > 1]).to.deep.equal([200, true]);
      expect(await doors.tokenStatus(body.credentials)).to.equal(200);
    });
  });

  describe('recovered', () => {
    const challengeFor = async (publicKey: string): Promise<string> =>
      (await doors.post('/recovery/challenge', { publicKey })).body.challenge;
    const verify = (answer: object) => doors.post('/recovery/verify', answer);
    const recover = async (keys = agent.keys) => verify(recoveryAnswer(keys, await challengeFor(keys.publicKey)));

    it('gives fresh credentials, and ends all former secrets and tokens at once, in every process', async () => {
      for (const from of ['server', 'peer'] as const) expect(await whoami(from)).to.equal(200);
      const { status, body } = await recover();
      expect(status).to.equal(200);
      expect(body.agent).to.include({ id: agent.agentId, fingerprint: agent.fingerprint });
      expect(await doors.tokenStatus(agent.credentials)).to.equal(401);
      for (const from of ['server', 'peer'] as const) expect(await whoami(from)).to.equal(401);
      expect(await whoami('peer', await doors.token(body.credentials))).to.equal(200);
      const [event, ...others] = await events('agent.recovered');
      expect(others).to.deep.equal([]);
      const changed = ['moltnet:agent-recovered:v1', agent.agentId, 2, agent.keyId, event!.at.toISOString()];
      expect(event!.subject_hash).to.equal(sha256Hex(canonicalJson(changed)));
    });

    it('ends the grace of a rotation too', async () => {
      await doors.post('/auth/rotate-secret', secretRotationRequest(agent.keys), token);
      await recover();
      expect(await doors.tokenStatus(agent.credentials)).to.equal(401);
    });

    it('gives a replayed answer nothing, and leaves the credentials of the first one as they are', async () => {
      const answer = recoveryAnswer(agent.keys, await challengeFor(agent.keys.publicKey));
      const { body } = await verify(answer);
      for (let i = 0; i < 2; i++) {
        const replayed = await verify(answer);
        expect(replayed.status).to.equal(401);
        expect(JSON.stringify(replayed.body)).not.to.contain('clientSecret');
      }
      expect(await doors.tokenStatus(body.credentials)).to.equal(200);
      await doors.post('/auth/rotate-secret', secretRotationRequest(agent.keys), await doors.token(body.credentials));
      expect((await verify(answer)).status).to.equal(401);
      expect(await doors.tokenStatus(body.credentials)).to.equal(200);
    });

    it('succeeds once of many answers to one challenge at once', async () => {
      const answer = recoveryAnswer(agent.keys, await challengeFor(agent.keys.publicKey));
      const answers = await Promise.all(Array.from({ length: 5 }, () => verify(answer)));
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 401, 401, 401, 401]);
      const { credentials } = answers.find(({ status }) => status === 200)!.body as { credentials: ClientSecret };
      expect(await doors.tokenStatus(credentials)).to.equal(200);
      expect(await events('agent.recovered')).to.have.lengthOf(1);
    });

    it('answers an unknown key like a known one: the challenge, and who answers it without the key', async () => {
      const unknown = generateKeyPair();
      const shapes = await Promise.all(
        [agent.keys, unknown].map(async ({ publicKey }) => {
          const { status, body } = await doors.post('/recovery/challenge', { publicKey });
          return [status, Object.keys(body), body.challenge.length, atob(body.signingInput).length];
        }),
      );
      expect(shapes[0]).to.deep.equal(shapes[1]);
      const [holder, forger] = [await recover(unknown), await forged(agent.keys.publicKey)];
      const stranger = await forged(unknown.publicKey);
      for (const { status, body } of [holder, forger, stranger]) {
        expect(status).to.equal(401);
        expect(body.detail).to.equal(holder.body.detail);
      }
      async function forged(publicKey: string) {
        const challenge = await challengeFor(publicKey);
        return verify({ ...recoveryAnswer(generateKeyPair(), challenge), publicKey });
      }
    });

    it('asks the database and the identity service nothing before the key has signed', async () => {
      doors.proxy.requests = [];
      const queries: unknown[] = [];
      const watch = (query: { sql: string }) => /agent_keys|agents/.test(query.sql) && queries.push(query.sql);
      doors.world.db.on('query', watch);
      const challenge = await challengeFor(agent.keys.publicKey);
      const { publicKey } = agent.keys;
      await verify({ ...recoveryAnswer(generateKeyPair(), challenge), publicKey });
      expect([doors.proxy.requests, queries]).to.deep.equal([[], []]);
      await verify(recoveryAnswer(agent.keys, challenge));
      expect(queries).not.to.deep.equal([]);
      doors.world.db.removeListener('query', watch);
    });

    it('takes no challenge that is too old, of another server or secret, for another key, or changed', async () => {
      const id = agent.keyId;
      const old = createChallenges('a challenge secret of the tests', API).issue(id, new Date(Date.now() - 301_000));
      const elsewhere = createChallenges('a challenge secret of the tests', MCP).issue(id, new Date());
      const foreign = createChallenges('a challenge secret of others', API).issue(id, new Date());
      const otherKey = await challengeFor(generateKeyPair().publicKey);
      const [payload = '', mac = ''] = (await challengeFor(agent.keys.publicKey)).split('.');
      const later = JSON.stringify([id, '2999-01-01T00:00:00.000Z', 'x']);
      for (const challenge of [
        ...[old, elsewhere, foreign].map((issued) => issued.challenge),
        otherKey,
        payload,
        `${Buffer.from(later).toString('base64url')}.${mac}`,
        `${payload}.${mac}.${mac}`,
        'not-a-challenge-at-all',
      ]) {
        expect((await verify(recoveryAnswer(agent.keys, challenge))).status, challenge).to.equal(401);
      }
      const { status } = await verify(
        recoveryAnswer(agent.keys, await challengeFor(agent.keys.publicKey), { audience: MCP }),
      );
      expect(status).to.equal(401);
    });

    it('is for the present key: not for one of before, not for a disabled agent', async () => {
      const to = generateKeyPair();
      const answer = recoveryAnswer(agent.keys, await challengeFor(agent.keys.publicKey));
      await doors.post('/auth/rotate-key', keyRotationRequest(agent.keys, { to }));
      expect((await verify(answer)).status).to.equal(401);
      expect(await doors.tokenStatus(agent.credentials)).to.equal(200);
      expect((await recover(to)).status).to.equal(200);
      await doors.world.db('agents').where({ id: agent.agentId }).update({ disabled_at: new Date() });
      expect((await recover(to)).status).to.equal(401);
    });

    it('has the bytes to sign in the challenge, so that no client has to build them', async () => {
      const { body } = await doors.post('/recovery/challenge', { publicKey: agent.keys.publicKey });
      const input = recoverySigningInput({
        audience: API,
        keyId: keyId(agent.keys.publicKey),
        challenge: body.challenge,
      });
      expect(Buffer.from(body.signingInput, 'base64').toString()).to.equal(input);
    });

    for (const path of [/^PUT /, /^DELETE \/admin\/oauth2\/tokens/]) {
      it(`costs nothing while ${path.source} fails: the same answer succeeds when it can`, async () => {
        const answer = recoveryAnswer(agent.keys, await challengeFor(agent.keys.publicKey));
        doors.proxy.fate = failing(path);
        expect((await verify(answer)).body.name).to.equal('IdentityUnavailable');
        doors.proxy.fate = () => 'pass';
        const { status, body } = await verify(answer);
        expect(status).to.equal(200);
        expect(await doors.tokenStatus(body.credentials)).to.equal(200);
        expect(await whoami()).to.equal(401);
      }).timeout(30_000);
    }

    it('makes the client anew where the identity service has lost it', async () => {
      await doors.identity.clients.delete(agent.agentId);
      const { body } = await recover();
      expect(await doors.tokenStatus(body.credentials)).to.equal(200);
    });
  });
});
