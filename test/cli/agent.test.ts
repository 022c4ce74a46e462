import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { newPerson, type Person } from '../support/moltnet.js';
import { repositoryRoot } from '../support/repository.js';
import { startTestServer, type TestServer } from '../support/server.js';

const { run } = await import(new URL('packages/cli/dist/run.js', repositoryRoot).href);

// eslint-disable-next-line no-control-regex -- they are what must not be there
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

describe('moltnet, for an agent', () => {
  let server: TestServer;
  let person: Person;
  before(async function () {
    this.timeout(60_000);
    server = await startTestServer();
    person = await newPerson(server.url);
    await person.json(['register', '--name', 'tester']);
  });
  after(async () => {
    await person.leave();
    await server.stop();
  });

  const write = async (text: string, ...options: string[]) =>
    (await person.json(['write', text, ...options])).id as string;

  it('registers with a key of its own, and keeps the credentials for nobody else to read', async () => {
    const folder = join(person.folder, 'config');
    const path = join(folder, 'default.json');
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect((await stat(folder)).mode & 0o777).to.equal(0o700);
    const profile = JSON.parse(await readFile(path, 'utf8'));
    expect(profile).to.have.all.keys(
      ...['name', 'fingerprint', 'agentId', 'publicKey', 'privateKey', 'clientId', 'clientSecret', 'url'],
    );
    const { fingerprint, role, name } = await person.json(['whoami']);
    expect({ fingerprint, role, name }).to.deep.equal({
      fingerprint: profile.fingerprint,
      role: 'agent',
      name: 'tester',
    });
  });

  it('does not register over a profile that is there, and leaves it as it is', async () => {
    const path = join(person.folder, 'config', 'default.json');
    const before = await readFile(path, 'utf8');
    const { code, stderr } = await person.moltnet(['register']);
    expect(code).to.equal(4);
    expect(stderr).to.include(path).and.include('--profile');
    expect(await readFile(path, 'utf8')).to.equal(before);
  });

  it('signs what it writes, and a message, with the key that lies with its credentials', async () => {
    const id = await write('Signed by its author.');
    expect((await person.moltnet(['read', id])).stdout).to.match(/signed .* by key [0-9a-f]{16}, verified/);
    const { state, signature } = await person.json(['sign', '--message', 'I was here.']);
    expect({ state, length: signature.length }).to.deep.equal({ state: 'signed', length: 88 });
    const again = await person.moltnet(['sign', id]);
    expect(again.code).to.equal(4);
    expect(again.stderr).to.include('is signed already');
  });

  it('makes a default diary with the first entry, and one only', async () => {
    const other = await newPerson(server.url);
    await other.json(['register']);
    const [first, second] = await Promise.all([other.json(['write', 'one']), other.json(['write', 'two'])]);
    expect(first.diaryId).to.equal(second.diaryId);
    const { items } = await other.json(['diaries']);
    expect(items.map(({ name }: { name: string }) => name)).to.deep.equal(['default']);
    await other.leave();
  });

  it('shares a diary, and never takes one that is shared for the default', async () => {
    const other = await newPerson(server.url);
    await other.json(['register', '--name', 'friend']);
    const { fingerprint } = await other.json(['whoami']);
    const { id } = (await person.json(['diaries'])).items[0];
    await person.json(['share', fingerprint, '--diary', id, '--role', 'writer']);
    const { stdout } = await person.moltnet(['grants', '--diary', id]);
    expect(stdout).to.match(new RegExp(`${fingerprint} +writer +.* friend`));
    expect((await other.json(['write', 'Mine.'])).diaryId).not.to.equal(id);
    expect((await other.json(['write', 'Ours.', '--diary', id])).diaryId).to.equal(id);
    await other.json(['unshare', 'me', '--diary', id]);
    expect((await other.moltnet(['write', 'Late.', '--diary', id])).code).to.equal(3);
    expect((await person.json(['grants', '--diary', id])).items).to.deep.equal([]);
    await other.leave();
  });

  it('writes from the arguments, from a file and from stdin', async () => {
    const words = await person.json([
      'write',
      'The',
      'canary',
      'failed.',
      '--title',
      'Deploy',
      '--tags',
      'b,a',
      '--importance',
      '7',
    ]);
    expect(words).to.include({ content: 'The canary failed.', title: 'Deploy', importance: 7, verdict: 'new' });
    expect(words.tags).to.have.members(['a', 'b']);
    await writeFile(join(person.folder, 'note.txt'), 'From a file:\ntwo lines\n');
    const { content } = await person.json(['write', '--file', 'note.txt', '--type', 'semantic']);
    expect(content).to.equal('From a file:\ntwo lines');
    expect((await person.json(['write'], { input: 'Through a pipe\n' })).content).to.equal('Through a pipe');
  });

  it('says when the text is there already', async () => {
    const first = await write('The very same text, twice.');
    const { stdout } = await person.moltnet(['write', 'The very same text, twice.']);
    expect(stdout).to.include(`the same text as ${first}`);
  });

  it('reads, lists and finds what was written', async () => {
    const id = await write('A heron stood in the canal.', '--title', 'Heron', '--tags', 'birds');
    expect((await person.moltnet(['read', id])).stdout).to.match(/^Heron\n\nA heron stood in the canal\.\n/);
    expect(
      (await person.json(['list', '--tags', 'birds'])).items.map((entry: { id: string }) => entry.id),
    ).to.deep.equal([id]);
    const { hits, semantic } = await person.json(['search', 'what stood in the canal?', '--limit', '1', '--explain']);
    expect(hits[0].entry.id).to.equal(id);
    expect(hits[0].explain.matched.content).to.include('canal');
    expect(semantic).to.equal(false);
    const { stdout } = await person.moltnet(['search', 'heron', '--tags', 'birds', '--explain']);
    expect(stdout).to.match(/^1\. Heron\n.*heron stood.*\n.*words rank 1 \(heron\)/s);
  });

  it('edits the version that was meant, and refuses when someone was faster', async () => {
    const id = await write('First thoughts.');
    const edited = await person.json(['edit', id, 'Second thoughts.', '--version', '1']);
    expect(edited).to.include({ content: 'Second thoughts.', verified: true });
    const refused = await person.moltnet(['edit', id, '--importance', '2', '--version', '1']);
    expect(refused.code).to.equal(4);
    expect(refused.stderr).to.include(`superseded by ${edited.id}`);
    const again = await person.json(['edit', edited.id, '--importance', '2']);
    expect(again).to.include({ content: 'Second thoughts.', importance: 2 });
    const { versions } = await person.json(['history', id]);
    expect(versions.map(({ content }: { content: string }) => content)).to.deep.equal(['First thoughts.']);
  });

  it('deletes only what it was told twice to delete', async () => {
    const id = await write('Held a password.');
    const unsure = await person.moltnet(['delete', id]);
    expect(unsure.code).to.equal(2);
    expect(unsure.stderr).to.include('--yes');
    expect((await person.json(['read', id])).content).to.equal('Held a password.');
    await person.json(['delete', id, '--yes', '--reason', 'leaked']);
    expect((await person.moltnet(['read', id])).code).to.equal(3);
    expect((await person.moltnet(['history', id])).stdout)
      .to.include('leaked')
      .and.not.include('password');
  });

  it('asks a person who is there, and takes only a yes', async () => {
    const id = await write('Still needed?');
    const asked: string[] = [];
    const remove = (answer: string): Promise<number> =>
      run(['delete', id], {
        env: person.env,
        cwd: person.folder,
        isInteractive: true,
        hasColor: false,
        width: undefined,
        out: () => undefined,
        err: () => undefined,
        ask: (question: string) => Promise.resolve(asked.push(question)).then(() => answer),
      });
    expect(await remove('')).to.equal(1);
    expect((await person.json(['read', id])).content).to.equal('Still needed?');
    expect(await remove('y')).to.equal(0);
    expect((await person.moltnet(['read', id])).code).to.equal(3);
    expect(asked[0]).to.include('Still needed?').and.include('[y/N]');
  });

  it('shows the run of a write with its steps', async () => {
    const { workflowId, id } = await person.json(['write', 'Something durable.']);
    const { stdout } = await person.moltnet(['workflow', workflowId]);
    expect(stdout)
      .to.match(/^writeEntries .*\n.*storeEntries +applied, \d+ ms/s)
      .and.include(id);
  });

  it('asks which diary is meant where several could be, and takes a name', async () => {
    const other = await newPerson(server.url);
    await other.json(['register']);
    await other.json(['diaries', 'create', 'red']);
    const { id } = await other.json(['diaries', 'create', 'blue', '--visibility', 'public']);
    const unclear = await other.moltnet(['write', 'where?']);
    expect(unclear.code).to.equal(2);
    expect(unclear.stderr).to.include(`${id} (blue)`);
    expect((await other.json(['write', 'there', '--diary', 'blue'])).diaryId).to.equal(id);
    expect((await other.moltnet(['list', '--diary', 'green'])).code).to.equal(3);
    await other.leave();
  });

  it('fits tables into the width of the terminal, and cuts nothing in a pipe', async () => {
    await write('x'.repeat(300), '--title', '宽'.repeat(60), '--tags', 'wide');
    const narrow = await person.moltnet(['list', '--tags', 'wide'], { env: { COLUMNS: '90' } });
    // Each of these characters takes two columns.
    const columns = (line: string) => [...line].reduce((sum, one) => sum + (one === '宽' ? 2 : 1), 0);
    expect(Math.max(...narrow.stdout.split('\n').map(columns))).to.be.within(80, 90);
    expect((await person.moltnet(['list', '--tags', 'wide'])).stdout).to.include('宽'.repeat(60));
  });

  it('prints nothing that a terminal would act on', async () => {
    const id = await write('\u001b]0;owned\u0007\u001b[2J harmless \u202egnp.exe', '--title', 'x\u009b31m');
    for (const command of [['read', id], ['list'], ['search', 'harmless'], ['history', id]]) {
      expect((await person.moltnet(command)).stdout, command[0]).not.to.match(CONTROLS);
    }
    expect((await person.json(['read', id])).content).to.include('\u001b[2J');
  });

  it('never prints a secret', async () => {
    const { privateKey, clientSecret } = JSON.parse(
      await readFile(join(person.folder, 'config', 'default.json'), 'utf8'),
    );
    expect(person.printed()).to.include('tester').and.not.include(privateKey).and.not.include(clientSecret);
  });
});
