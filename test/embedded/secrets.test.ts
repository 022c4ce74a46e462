import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadSecrets } from '../../src/embedded/secrets.js';

describe('the secrets that a machine makes for itself', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moltnet-secrets-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are made once, whoever makes them at once, and only their owner can read them', async () => {
    const dataDir = join(folder, 'data');
    const made = await Promise.all(Array.from({ length: 10 }, () => loadSecrets(dataDir)));
    for (const secrets of made) expect(secrets).to.deep.equal(made[0]);
    expect(await loadSecrets(dataDir)).to.deep.equal(made[0]);
    expect(await readdir(dataDir)).to.deep.equal(['secrets.json']);
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).to.equal(0o600);
  });

  it('are complete and always the same where the file is older than some of them', async () => {
    const { recoveryChallengeSecret: _, ...older } = await loadSecrets(folder);
    await writeFile(join(folder, 'secrets.json'), JSON.stringify(older));
    const first = await loadSecrets(folder);
    expect(first.recoveryChallengeSecret).to.have.lengthOf(43);
    expect(await loadSecrets(folder)).to.deep.equal(first);
  });

  it('are others on each machine', async () => {
    const [one, other] = [await loadSecrets(join(folder, 'a')), await loadSecrets(join(folder, 'b'))];
    for (const name of Object.keys(one) as (keyof typeof one)[]) expect(one[name]).not.to.equal(other[name]);
    expect(one.credentialMasterSecret).to.have.lengthOf(43);
  });
});
