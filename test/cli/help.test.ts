import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { MOLTNET } from '../support/moltnet.js';
import { repositoryRoot } from '../support/repository.js';

const path = (file: string) => fileURLToPath(new URL(file, repositoryRoot));
const node = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8' });

describe('moltnet --help', () => {
  it('lists the commands, and each of them explains itself', () => {
    const { stdout, status } = node(MOLTNET, '--help');
    expect(status).to.equal(0);
    const names = [...stdout.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}\S/gm)].map(([, name]) => name!);
    expect(names).to.include.members(['register', 'write', 'search', 'mcp', 'ops list', 'ops retry']);
    for (const name of ['write', 'ops retry']) {
      const help = node(MOLTNET, ...name.split(' '), '--help');
      expect(help.status, help.stderr).to.equal(0);
      expect(help.stdout)
        .to.match(new RegExp(`^Usage: moltnet ${name} `))
        .and.include('--json');
    }
    expect(node(MOLTNET, 'ops').stdout).to.include('moltnet ops retry <id> --reason <text>');
  });

  it('is what docs/cli.md says (npm run cli:docs writes it)', () => {
    const { status, stderr } = node(path('scripts/cliDocs.mjs'), '--check');
    expect(status, stderr).to.equal(0);
  });

  it('names the version of the package', () => {
    const { version } = JSON.parse(readFileSync(path('packages/cli/package.json'), 'utf8'));
    expect(node(MOLTNET, '--version').stdout).to.equal(`${version}\n`);
  });

  it('says what to run where nothing is built', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moltnet-unbuilt-'));
    await cp(path('packages/cli/bin'), join(folder, 'bin'), { recursive: true });
    const { status, stderr } = node(join(folder, 'bin', 'moltnet.mjs'), 'whoami');
    expect(status).to.equal(1);
    expect(stderr).to.include('npm start');
    await rm(folder, { recursive: true });
  });
});
