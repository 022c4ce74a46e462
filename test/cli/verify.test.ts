import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { consistencyProof, buildLevels, encodeHex, type BundleLine } from '@moltnet/protocol';
import { expect } from 'chai';
import { bundleText, eventfulWorld, uuid } from '../protocol/bundleWorld.js';
import { newPerson, type Person } from '../support/moltnet.js';

// Nothing listens there: verifying needs no server.
const NOWHERE = 'http://127.0.0.1:9';

describe('moltnet verify', () => {
  const { world, diary, authors, bundle } = eventfulWorld();
  const good = bundleText(bundle);
  const edited = good.replace('two 😀', 'too 😀');
  let person: Person;
  let known: string;

  beforeEach(async () => {
    person = await newPerson(NOWHERE);
    known = join(person.folder, 'config', 'known-logs');
    await writeFile(join(person.folder, 'good.jsonl'), good);
    await writeFile(join(person.folder, 'edited.jsonl'), edited);
  });
  afterEach(() => person.leave());

  it('calls a bundle consistent, with an exit code of its own, where no key is trusted', async () => {
    const { code, stdout } = await person.moltnet(['verify', 'good.jsonl']);
    expect(code).to.equal(6);
    expect(stdout)
      .to.match(/^CONSISTENT {2}/)
      .and.include(world.logKey)
      .and.include('--trust');
    expect(stdout).to.include(`diary  ${uuid('diary')}: 6 entries, 1 revisions, 7 signed, 1 erased`);
  });

  it('trusts a log by a key that is given, and keeps nothing of it', async () => {
    const { code, stdout } = await person.moltnet(['verify', 'good.jsonl', '--log-key', world.logKey]);
    expect([code, stdout.split(' ')[0]]).to.deep.equal([0, 'TRUSTED']);
    expect(await stat(known).catch(({ code: why }) => why)).to.equal('ENOENT');
  });

  it('keeps a key that shall be trusted for its owner alone, and trusts it from then on', async () => {
    expect((await person.moltnet(['verify', 'good.jsonl', '--trust'])).code).to.equal(0);
    expect((await stat(known)).mode & 0o777).to.equal(0o600);
    expect((await person.moltnet(['verify', 'good.jsonl'])).code).to.equal(0);
    const logs = JSON.parse(await readFile(known, 'utf8'));
    expect(logs[world.origin].keys).to.deep.equal([world.logKey]);
    expect(logs[world.origin].seen.size).to.equal(world.leaves.length);
  });

  it('takes no other key for a log that is known, not even with --trust', async () => {
    await person.moltnet(['verify', 'good.jsonl', '--trust']);
    const before = await readFile(known, 'utf8');
    await writeFile(join(person.folder, 'forged.jsonl'), bundleText(eventfulWorld('forger').bundle));
    const { code, stdout } = await person.moltnet(['verify', 'forged.jsonl', '--trust']);
    expect(code).to.equal(7);
    expect(stdout)
      .to.match(/^BROKEN/)
      .and.include(`is not signed by the key of ${world.origin} that is trusted here`);
    expect(await readFile(known, 'utf8')).to.equal(before);
  });

  it('says what is wrong, on which line, in which entry', async () => {
    const { code, stdout } = await person.moltnet(['verify', 'edited.jsonl']);
    expect(code).to.equal(7);
    expect(stdout).to.include('BROKEN  1 check failed');
    expect(stdout).to.match(
      new RegExp(`line \\d+, entry ${uuid('first')}: has another text than its author committed to \\(body\\)`),
    );
    expect((await person.moltnet(['verify', 'edited.jsonl', '--trust'])).code).to.equal(7);
  });

  it('reads stdin, and prints JSON for programs', async () => {
    const { code, stdout } = await person.moltnet(['verify', '-', '--json'], { input: edited });
    const { verdict, findings } = JSON.parse(stdout);
    expect([code, verdict, findings[0].check]).to.deep.equal([7, 'broken', 'body']);
  });

  it('notices a log that shows another tree than before', async () => {
    await person.moltnet(['verify', 'good.jsonl', '--trust']);
    const logs = JSON.parse(await readFile(known, 'utf8'));
    logs[world.origin].seen.root = 'ab'.repeat(32);
    await writeFile(known, JSON.stringify(logs));
    const { code, stdout } = await person.moltnet(['verify', 'good.jsonl']);
    expect(code).to.equal(7);
    expect(stdout).to.include('two faces');
  });

  it('remembers the longer tree once it is shown to continue the one seen before', async () => {
    await person.moltnet(['verify', 'good.jsonl', '--trust']);
    const grown = eventfulWorld();
    grown.world.write(diary, authors[0]!, 'more');
    const path = consistencyProof(buildLevels(grown.world.leaves), world.leaves.length).map((hash) => encodeHex(hash));
    const proof: BundleLine = { line: 'consistency', fromSize: world.leaves.length, path };
    const seen = async () => JSON.parse(await readFile(known, 'utf8'))[world.origin].seen.size;
    for (const [name, rest, remembered] of [
      ['unlinked.jsonl', [], world.leaves.length],
      ['linked.jsonl', [proof], world.leaves.length + 1],
    ] as const) {
      await writeFile(join(person.folder, name), bundleText(grown.world.bundle(diary, grown.authors, rest)));
      const { code, stdout } = await person.moltnet(['verify', name]);
      expect(code).to.equal(0);
      expect(stdout.includes('(unlinked)')).to.equal(rest.length === 0);
      expect(await seen()).to.equal(remembered);
    }
  });

  it('names a file that is not there, a key that is none, and what it keeps when that is spoiled', async () => {
    const none = await person.moltnet(['verify', 'nothing.jsonl']);
    expect([none.code, none.stderr]).to.deep.equal([3, 'moltnet: There is no file nothing.jsonl.\n']);
    const key = await person.moltnet(['verify', 'good.jsonl', '--log-key', 'abc']);
    expect([key.code, key.stderr]).to.deep.equal([
      2,
      'moltnet: --log-key must be a name, eight digits and a key, joined by plus\n',
    ]);
    await mkdir(join(person.folder, 'config'), { recursive: true });
    await writeFile(known, '{');
    const spoiled = await person.moltnet(['verify', 'good.jsonl']);
    expect(spoiled.code).to.equal(1);
    expect(spoiled.stderr).to.include(known).and.include('remove it to trust no log');
  });
});
