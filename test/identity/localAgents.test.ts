import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from '@moltnet/protocol';
import { expect } from 'chai';
import { ensureLocalAgent, issueLocalToken, type LocalAgents } from '../../src/runtime/localAgents.js';
import { API } from '../support/registration.js';
import { deriveTestSecret, startWorld, type World } from '../support/world.js';

const OPERATOR = { file: 'operator.json', name: 'operator', role: 'operator' as const };

describe('the agents of this machine', () => {
  let world: World;
  let agents: LocalAgents;

  before(async () => {
    world = await startWorld();
    agents = {
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
    await writeFile(join(agents.dataDir, 'second.json'), JSON.stringify(keys));
    const agent = await ensureLocalAgent(agents, { ...OPERATOR, file: 'second.json' });
    expect(agent).to.include(keys);
    expect(await operators()).to.include(agent.agentId);
  });
});
