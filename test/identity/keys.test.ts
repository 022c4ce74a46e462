import { canonicalJson, generateKeyPair, keyId, sha256Hex, sign, verify, type KeyPair } from '@moltnet/protocol';
import { expect } from 'chai';
import { keyRoutes } from '../../src/http/routes/keys.js';
import { mixedOrderKey, negativeZeroKey, nonCanonicalKeys, smallOrderKeys } from '../protocol/hostilePoints.js';
import { startIdentityWorld, type IdentityWorld, type TestAgent } from '../support/identityWorld.js';
import { keyRevocationRequest, keyRotationRequest, registrationRequest } from '../support/registration.js';
import { until } from '../support/until.js';

describe('the keys of an agent', () => {
  let doors: IdentityWorld;
  let agent: TestAgent;
  let token: string;

  before(async () => {
    doors = await startIdentityWorld(keyRoutes);
  });
  after(() => doors.stop());

  beforeEach(async () => {
    doors.proxy.fate = () => 'pass';
    agent = await doors.register();
    token = await doors.token(agent.credentials);
  });

  const rotate = (request: object) => doors.post('/auth/rotate-key', request);
  const revoke = (request: object) => doors.post('/auth/revoke-key', request);
  const keysOf = async ({ fingerprint }: TestAgent) =>
    (await doors.get(`/agents/${fingerprint}/keys`, token)).body.items as Record<string, unknown>[];
  const events = async (kind: string) => {
    const rows = await doors.world.db('outbox').where({ kind, subject_id: agent.agentId }).orderBy('id');
    return rows as { subject_hash: string; at: Date; data: object }[];
  };
  const reader = async () => {
    const { credentials } = await doors.register();
    return doors.token(credentials);
  };

  describe('rotated', () => {
    it('gives the agent the new key at once, in every process, and keeps who it is', async () => {
      const to = generateKeyPair();
      for (const from of ['server', 'peer'] as const) await doors.get('/agents/whoami', token, from);
      const { status, body } = await rotate(keyRotationRequest(agent.keys, { to }));
      expect(status).to.equal(200);
      expect(body.key).to.include({ epoch: 2, keyId: keyId(to.publicKey), validUntil: null });
      for (const from of ['server', 'peer'] as const) {
        const { body: whoami } = await doors.get('/agents/whoami', token, from);
        expect(whoami).to.include({
          id: agent.agentId,
          keyId: agent.keyId,
          fingerprint: agent.fingerprint,
          publicKey: to.publicKey,
        });
      }
      expect(await doors.tokenStatus(agent.credentials)).to.equal(200);
    });

    it('leaves the old key in the list with its time and end, so that what it has signed stays verifiable', async () => {
      const signature = sign(agent.keys.privateKey, 'a text of before');
      await rotate(keyRotationRequest(agent.keys));
      const [first, second] = await keysOf(agent);
      expect(first).to.include({ epoch: 1, endedBecause: 'rotated', reason: null, compromisedAt: null });
      expect(first!['validUntil']).to.equal(second!['validFrom']);
      expect(verify(first!['publicKey'] as string, 'a text of before', signature)).to.equal(true);
    });

    it('tells of it in an event whose hash is that of what changed', async () => {
      const to = generateKeyPair();
      await rotate(keyRotationRequest(agent.keys, { to }));
      const [event, ...others] = await events('key.rotated');
      expect(others).to.deep.equal([]);
      const ids = [agent.keyId, keyId(to.publicKey), to.publicKey];
      const changed = ['moltnet:key-rotated:v1', agent.agentId, 2, ...ids, event!.at.toISOString()];
      expect(event!.subject_hash).to.equal(sha256Hex(canonicalJson(changed)));
    });

    it('raises the auth epoch', async () => {
      const epoch = async () => {
        const row = await doors.world.db('agents').where({ id: agent.agentId }).first('auth_epoch as epoch');
        return (row as { epoch: number }).epoch;
      };
      const before = await epoch();
      await rotate(keyRotationRequest(agent.keys));
      expect(await epoch()).to.equal(before + 1);
    });

    it('answers the same request with the same, and does it once', async () => {
      const request = keyRotationRequest(agent.keys);
      const first = await rotate(request);
      expect(await rotate(request)).to.deep.equal(first);
      expect(await events('key.rotated')).to.have.lengthOf(1);
    });

    it('lets one of many at once succeed, whatever keys they are for', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => rotate(keyRotationRequest(agent.keys))));
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, ...Array<number>(7).fill(409)]);
      expect(await keysOf(agent)).to.have.lengthOf(2);
    });

    it('lets the old key do nothing any more', async () => {
      const to = generateKeyPair();
      await rotate(keyRotationRequest(agent.keys, { to }));
      expect((await rotate(keyRotationRequest(agent.keys))).status).to.equal(409);
      expect((await doors.post('/auth/register', registrationRequest({ keys: agent.keys }))).status).to.equal(409);
      expect((await rotate(keyRotationRequest(to))).status).to.equal(200);
    });

    it('never takes a key that is or was an agent’s: not its own old one, not another’s, nor a registration of it', async () => {
      const other = await doors.register();
      expect((await rotate(keyRotationRequest(agent.keys, { to: other.keys }))).status).to.equal(409);
      const to = generateKeyPair();
      await rotate(keyRotationRequest(agent.keys, { to }));
      expect((await rotate(keyRotationRequest(to, { to: agent.keys }))).status).to.equal(409);
      expect((await doors.post('/auth/register', registrationRequest({ keys: to }))).status).to.equal(409);
      expect(await doors.identity.identities.find(keyId(to.publicKey))).to.equal(undefined);
    });

    it('gives one of two agents a key that both want at once', async () => {
      const other = await doors.register();
      const to = generateKeyPair();
      const answers = await Promise.all([agent, other].map(({ keys }) => rotate(keyRotationRequest(keys, { to }))));
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
    });

    it('tells the identity service the new key, also when it was away, and answers meanwhile', async () => {
      doors.proxy.fate = () => 'fail';
      const to = generateKeyPair();
      expect((await rotate(keyRotationRequest(agent.keys, { to }))).status).to.equal(200);
      doors.proxy.fate = () => 'pass';
      await until(async () => {
        const found = await doors.identity.identities.find(agent.keyId);
        return found?.traits['public_key'] === to.publicKey;
      });
    }).timeout(30_000);

    const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();
    const swapped = (request: ReturnType<typeof keyRotationRequest>, changes: object) => ({
      ...request,
      proof: { ...request.proof, ...changes },
    });
    const bad: [string, (keys: KeyPair) => object, string][] = [
      [
        'by a clock ten minutes behind',
        (keys) => keyRotationRequest(keys, { issuedAt: minutes(-10) }),
        '/proof/issuedAt',
      ],
      [
        'by a clock ten minutes ahead',
        (keys) => keyRotationRequest(keys, { issuedAt: minutes(10) }),
        '/proof/issuedAt',
      ],
      [
        'for another server',
        (keys) => keyRotationRequest(keys, { audience: 'https://other.example' }),
        '/proof/signature',
      ],
      [
        'with another nonce than the signed one',
        (keys) => swapped(keyRotationRequest(keys), { nonce: 'a-nonce-not-signed' }),
        '/proof/signature',
      ],
      [
        'to another key than the signed one',
        (keys) => ({ ...keyRotationRequest(keys), newPublicKey: generateKeyPair().publicKey }),
        '/proof/signature',
      ],
      [
        'that only the old key has signed',
        (keys) => {
          const request = keyRotationRequest(keys);
          return swapped(request, { newSignature: request.proof.signature });
        },
        '/proof/newSignature',
      ],
      [
        'that only the new key has signed',
        (keys) => {
          const request = keyRotationRequest(keys);
          return swapped(request, { signature: request.proof.newSignature });
        },
        '/proof/signature',
      ],
      ['to the same key', (keys) => keyRotationRequest(keys, { to: keys }), '/newPublicKey'],
      [
        'to a key that is none',
        (keys) => ({ ...keyRotationRequest(keys), newPublicKey: 'ed25519:AAAA' }),
        '/newPublicKey',
      ],
      [
        "with a registration's proof",
        (keys) => {
          const { proof, publicKey } = registrationRequest({ keys });
          return {
            publicKey,
            newPublicKey: generateKeyPair().publicKey,
            proof: { ...proof, newSignature: proof.signature },
          };
        },
        '/proof/signature',
      ],
    ];
    for (const [what, make, pointer] of bad) {
      it(`refuses one ${what}, and says where`, async () => {
        const { status, body } = await rotate(make(agent.keys));
        expect(status).to.equal(400);
        expect(body.errors[0].pointer).to.equal(pointer);
        expect(await keysOf(agent)).to.have.lengthOf(1);
      });
    }

    it('refuses every new key of small and of mixed order', async () => {
      const weak = [...smallOrderKeys, ...nonCanonicalKeys, negativeZeroKey, mixedOrderKey(new Uint8Array(32).fill(7))];
      for (const newPublicKey of weak) {
        const { status, body } = await rotate({ ...keyRotationRequest(agent.keys), newPublicKey });
        expect(status).to.equal(400);
        expect(body.errors[0].pointer).to.equal('/newPublicKey');
      }
    });

    it('knows no agent of a key that nobody has', async () => {
      expect((await rotate(keyRotationRequest(generateKeyPair()))).status).to.equal(404);
    });

    it('is refused to a disabled agent', async () => {
      await doors.world.db('agents').where({ id: agent.agentId }).update({ disabled_at: new Date() });
      expect((await rotate(keyRotationRequest(agent.keys))).status).to.equal(409);
    });
  });

  describe('revoked', () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();

    it('shuts the agent out of every process at once when it was the present one', async () => {
      for (const from of ['server', 'peer'] as const) await doors.get('/agents/whoami', token, from);
      const { status, body } = await revoke(keyRevocationRequest(agent.keys, agent.keys, { compromisedAt: yesterday }));
      expect(status).to.equal(200);
      expect(body).to.include({ disabled: true });
      expect(body.key).to.include({ endedBecause: 'revoked', reason: 'lost', compromisedAt: yesterday });
      for (const from of ['server', 'peer'] as const) {
        expect((await doors.get('/agents/whoami', token, from)).status).to.equal(401);
      }
      expect((await rotate(keyRotationRequest(agent.keys))).status).to.equal(409);
    });

    it('takes the client away at the identity service, also when that was away', async () => {
      doors.proxy.fate = () => 'fail';
      expect((await revoke(keyRevocationRequest(agent.keys, agent.keys))).status).to.equal(200);
      doors.proxy.fate = () => 'pass';
      await until(async () => (await doors.tokenStatus(agent.credentials)) === 401);
      expect(await doors.identity.tokens.introspect(token)).to.equal(undefined);
    }).timeout(30_000);

    it('marks an old key as stolen, by the word of the present one, and disables nobody', async () => {
      const to = generateKeyPair();
      await rotate(keyRotationRequest(agent.keys, { to }));
      const { status, body } = await revoke(keyRevocationRequest(agent.keys, to, { compromisedAt: yesterday }));
      expect(status).to.equal(200);
      expect(body).to.include({ disabled: false });
      const [first] = await keysOf(agent);
      expect(first).to.include({ endedBecause: 'revoked', compromisedAt: yesterday });
      expect((await doors.get('/agents/whoami', token)).status).to.equal(200);
    });

    it('tells of it once, however often it is asked, and keeps what was said first', async () => {
      const request = keyRevocationRequest(agent.keys, agent.keys, { compromisedAt: yesterday });
      await revoke(request);
      expect((await revoke(request)).status).to.equal(200);
      expect(
        (await revoke(keyRevocationRequest(agent.keys, agent.keys, { reason: 'not lost' }))).body.key.reason,
      ).to.equal('lost');
      const [event, ...others] = await events('key.revoked');
      expect(others).to.deep.equal([]);
      const changed = [
        'moltnet:key-revoked:v1',
        agent.agentId,
        1,
        agent.keyId,
        'lost',
        yesterday,
        event!.at.toISOString(),
      ];
      expect(event!.subject_hash).to.equal(sha256Hex(canonicalJson(changed)));
    });

    it('is refused to another key, in the future, with another reason or time than the signed ones, and too late', async () => {
      const stranger = generateKeyPair();
      const signed = keyRevocationRequest(agent.keys, agent.keys);
      const old = new Date(Date.now() - 600_000).toISOString();
      for (const request of [
        keyRevocationRequest(agent.keys, stranger),
        keyRevocationRequest(agent.keys, agent.keys, { compromisedAt: '2999-01-01T00:00:00.000Z' }),
        keyRevocationRequest(agent.keys, agent.keys, { issuedAt: old }),
        { ...signed, reason: 'another' },
        { ...signed, compromisedAt: yesterday },
      ]) {
        expect((await revoke(request)).status).to.equal(400);
      }
      expect((await doors.get('/agents/whoami', token)).status).to.equal(200);
    });

    it("is an operator's to do, for a reason that is recorded, and nobody else's", async () => {
      const path = `/ops/keys/${agent.keyId}/revoke`;
      expect((await doors.post(path, { reason: 'seen on a forum' }, await reader())).status).to.equal(404);
      const operator = await doors.register();
      await doors.world.db('agents').where({ id: operator.agentId }).update({ role: 'operator' });
      const operatorToken = await doors.token(operator.credentials);
      expect((await doors.post(path, { reason: '' }, operatorToken)).status).to.equal(400);
      const { status } = await doors.post(path, { reason: 'seen on a forum', compromisedAt: yesterday }, operatorToken);
      expect(status).to.equal(200);
      expect((await doors.get('/agents/whoami', token)).status).to.equal(401);
      const action = await doors.world.db('operator_actions').where({ target: agent.keyId }).first();
      expect(action).to.include({ actor_id: operator.agentId, action: 'revoke-key', reason: 'seen on a forum' });
      expect(action.after).to.deep.equal({ done: true });
    });
  });
});
