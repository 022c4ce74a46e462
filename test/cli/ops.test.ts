import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { newPerson, type Person } from '../support/moltnet.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { until } from '../support/until.js';

describe('moltnet ops', () => {
  let server: TestServer;
  let person: Person;
  before(async function () {
    this.timeout(60_000);
    server = await startTestServer();
    person = await newPerson(server.url);
    await person.json(['register']);
  });
  after(async () => {
    await person.leave();
    await server.stop();
  });

  /** As someone in the server's own folder. */
  const inClone = () => ({ env: { DATA_DIR: server.dataDir, MOLTNET_CONFIG_DIR: join(person.folder, 'empty') } });

  it('acts as the local operator, and other commands as the local agent, where there is no profile', async () => {
    expect((await person.json(['whoami'], inClone())).role).to.equal('agent');
    expect((await person.json(['whoami', '--url', server.url], inClone())).id).to.equal(
      (await person.json(['whoami'], inClone())).id,
    );
    const healthy = await person.moltnet(['ops', 'list'], inClone());
    expect(healthy).to.deep.include({ code: 0, stdout: 'Nothing is wrong: no run has failed, none is stranded.\n' });
    expect((await person.moltnet(['ops', 'stranded'], inClone())).stdout).to.equal('No run is stranded.\n');
  });

  it('shows what has failed and why, sets it going again, and keeps the reason', async function () {
    this.timeout(60_000);
    const failing = join(server.dataDir, 'fail-embeddings');
    await writeFile(failing, '');
    const entry = await person.json(['write', 'This cannot be embedded now.']);
    await until(async () => (await person.json(['read', entry.id])).embedding.state === 'failed');

    // The entry says so a moment before its run has ended.
    const { groups, failed } = await until(async () => {
      const troubles = await person.json(['ops', 'list'], inClone());
      return troubles.groups.length > 0 && troubles;
    });
    expect(failed).to.have.length(1);
    const [run] = failed;
    expect(groups[0]).to.deep.include({ state: 'failed', workflow: 'embedEntry', count: 1, ids: [run.id] });
    expect(groups[0].cause).to.match(/^A failure is being rehearsed/);
    expect((await person.moltnet(['ops', 'list'], inClone())).stdout)
      .to.include(run.id)
      .and.include(entry.id);

    const { stdout } = await person.moltnet(['ops', 'show', run.id], inClone());
    expect(stdout).to.match(/embedText +failed, .*, 3 attempts\n +A failure is being rehearsed/);
    expect(stdout).to.include(entry.id).and.include('queue').and.not.include('cannot be embedded now');

    await rm(failing);
    expect((await person.json(['ops', 'retry', run.id, '--reason', 'it is back'], inClone())).action).to.equal(
      'rewind',
    );
    await until(async () => (await person.json(['read', entry.id])).embedding.state === 'embedded');
    const again = await person.moltnet(['ops', 'retry', run.id, '--reason', 'once more'], inClone());
    expect(again.code).to.equal(4);
    const { items } = await person.json(['ops', 'audit', '--target', run.id], inClone());
    expect(items.map(({ reason }: { reason: string }) => reason)).to.deep.equal(['once more', 'it is back']);
  });

  it('filters runs by what they are about', async () => {
    const { id, workflowId } = await person.json(['write', 'Found by its entry.']);
    const { items } = await person.json(['ops', 'list', '--entry', id, '--name', 'writeEntries'], inClone());
    expect(items.map((run: { id: string }) => run.id)).to.deep.equal([workflowId]);
    expect((await person.moltnet(['ops', 'list', '--status', 'nonsense'], inClone())).code).to.equal(2);
  });

  it('cancels only after it was told to, and what has ended not at all', async () => {
    const { workflowId } = await person.json(['write', 'Done already.']);
    const cancel = ['ops', 'cancel', workflowId, '--reason', 'to see'];
    expect((await person.moltnet(cancel, inClone())).code).to.equal(2);
    expect((await person.moltnet([...cancel, '--yes'], inClone())).code).to.equal(4);
    expect((await person.moltnet(['ops', 'cancel', 'none', '--reason', 'x', '--yes'], inClone())).code).to.equal(3);
  });

  it('reveals payloads only for a reason, which is kept', async () => {
    const { workflowId } = await person.json(['write', 'Between us.']);
    expect(JSON.stringify(await person.json(['ops', 'show', workflowId], inClone()))).not.to.include('Between us.');
    const revealed = await person.json(['ops', 'show', workflowId, '--reveal-because', 'the agent asked'], inClone());
    expect(revealed).to.have.property('input');
    const { items } = await person.json(['ops', 'audit', '--target', workflowId], inClone());
    expect(items[0]).to.deep.include({ action: 'reveal', reason: 'the agent asked' });
  });
});
