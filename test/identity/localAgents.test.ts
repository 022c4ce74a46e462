import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, keyId } from '@moltnet/protocol';
import { expect } from 'chai';
import { replaceKey } from '../../src/db/agents/keys.js';
import { setPorts } from '../../src/ports/index.js';
import { deriveClientSecret } from '../../src/rules/clientSecret.js';
import { describeNewAgent } from '../../src/rules/registration.js';
import { ensureLocalAgent, issueLocalToken, type LocalAgents } from '../../src/runtime/localAgents.js';
import { API, registrationRequest } from '../support/registration.js';
import { deriveTestSecret, startWorld, type World } from '../support/world.js';

const OPERATOR = { file: 'operator.json', name: 'operator', role: 'operator' as const };

describe('the agents of this machine', () => {
  let world: World;
  let agents: LocalAgents;

  before(async () => {
    world = await startWorld();
    agents = {
      db: world.db,
      dataDir: await mkdtemp(join(tmpdir(), 'moltnet-agents-')),
      tokenAudiences: [API],
      clientSecret: deriveTestSecret,
    };
  });
  after(async () => {
    await world.stop();
    await rm(agents.dataDir, { recursive: true });
  });

  const operators = () => world.db('agents').where({ role: 'operator' }).pluck('id');

  it('are registered at the first start, and found again at the next ones', async () => {
    const first = await ensureLocalAgent(agents, OPERATOR);
    const again = await ensureLocalAgent(agents, OPERATOR);
    expect(again).to.deep.equal(first);
    expect(await operators()).to.deep.equal([first.agentId]);
    expect(await issueLocalToken(world.ports.identity, again, API)).to.match(/^moltnet_at_/);
  });

  it('lie in a file that only its owner can read, with all that the owner needs', async () => {
    const path = join(agents.dataDir, OPERATOR.file);
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    const kept = JSON.parse(await readFile(path, 'utf8')) as object;
    expect(kept).to.have.all.keys([
      'name',
      'fingerprint',
      'agentId',
      'publicKey',
      'privateKey',
      'clientId',
      'clientSecret',
    ]);
  });

  it('keep their key when a start ends between writing the file and registering', async () => {
    const keys = generateKeyPair();
    const { agentId, fingerprint } = describeNewAgent(registrationRequest({ keys }), {
      role: 'operator',
      audience: [],
    });
    await writeFile(join(agents.dataDir, 'second.json'), JSON.stringify({ ...keys, agentId, fingerprint }));
    const agent = await ensureLocalAgent(agents, { ...OPERATOR, file: 'second.json' });
    expect(agent).to.include(keys);
    expect(await operators()).to.include(agent.agentId);
  });

  it('get a secret that works when the master secret has changed, and tokens of it', async () => {
    const file = { ...OPERATOR, file: 'third.json' };
    const before = await ensureLocalAgent(agents, file);
    const clientSecret = (agentId: string, epoch: number) =>
      deriveClientSecret('another master secret of 32 characters', agentId, epoch);
    setPorts({ ...world.ports, clientSecret });
    const after = await ensureLocalAgent({ ...agents, clientSecret }, file);
    setPorts(world.ports);
    expect(after.agentId).to.equal(before.agentId);
    expect(after.clientSecret).not.to.equal(before.clientSecret);
    expect(await issueLocalToken(world.ports.identity, after, API)).to.match(/^moltnet_at_/);
    expect(JSON.parse(await readFile(join(agents.dataDir, 'third.json'), 'utf8'))).to.deep.equal(after);
  });

  it('stay who they are when their key was rotated', async () => {
    const file = { ...OPERATOR, file: 'fourth.json' };
    const before = await ensureLocalAgent(agents, file);
    const to = generateKeyPair();
    await replaceKey(world.db, {
      agentId: before.agentId,
      oldKeyId: keyId(before.publicKey),
      newKeyId: keyId(to.publicKey),
      newPublicKey: to.publicKey,
      requestHash: 'r',
    });
    await writeFile(join(agents.dataDir, 'fourth.json'), JSON.stringify({ ...before, ...to }));
    expect(await ensureLocalAgent(agents, file)).to.deep.equal({ ...before, ...to });
  });
});
