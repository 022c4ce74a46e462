import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadSecrets } from '../../src/embedded/secrets.js';
import { makeDirectories } from '../../src/embedded/makeDirectories.js';
import { openDataDirectory } from '../../src/embedded/database/dataDirectory.js';
import { skipBecause } from '../support/skip.js';

describe('making directories', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moltnet-directories-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const codeOf = (path: string) =>
    makeDirectories(path).then(
      () => 'made',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );

  it('makes those above too, for their owner only, however many make them at once', async () => {
    const path = join(folder, 'a', 'b', 'c');
    const made = await Promise.all(Array.from({ length: 10 }, () => codeOf(path)));
    expect(new Set(made)).to.deep.equal(new Set(['made']));
    expect((await stat(join(folder, 'a'))).mode & 0o777).to.equal(0o700);
  });

  it('says that a file is in the way', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await codeOf(join(folder, 'file'))).to.equal('EEXIST');
    expect(await codeOf(join(folder, 'file', 'below'))).to.equal('ENOTDIR');
  });

  it('gives up where nothing can be made, as below /proc, and so does a start there', async function () {
    if (!existsSync('/proc/self')) skipBecause(this, 'there is no /proc here');
    expect(await codeOf('/proc/moltnet/data')).to.equal('ENOENT');
    const starts = [openDataDirectory('/proc/moltnet/database'), loadSecrets('/proc/moltnet')];
    for (const { status } of await Promise.allSettled(starts)) expect(status).to.equal('rejected');
  });
});
