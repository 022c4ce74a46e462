import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { repositoryRoot } from '../support/repository.js';

const { findMissing } = await import(new URL('scripts/installMissing.mjs', repositoryRoot).href);
const supervise = new URL('scripts/supervise.mjs', repositoryRoot).href;

const stops = (code: number): string =>
  `for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { console.log(name, 'stops'); process.exit(${code}); });`;
const ready = `process.send({ ready: true, mcp: { GIVEN: 'by the server' } });`;
const stays = 'setInterval(() => undefined, 1e6);';

const SERVER = `const name = 'server'; ${stops(0)} ${stays} ${ready}`;
const MCP = `const name = 'mcp'; ${stops(0)} ${stays} console.log('mcp is', process.env.GIVEN, process.env.MINE);`;

describe('npm start', () => {
  let folder = '';
  let launcher: ChildProcess | undefined;
  let output = '';
  let ended: Promise<number | null>;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moltnet-start-'));
  });
  afterEach(() => {
    launcher?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  function start(server: string, mcp: string): void {
    const paths = { server: join(folder, 'server.mjs'), mcp: join(folder, 'mcp.mjs') };
    writeFileSync(paths.server, server);
    writeFileSync(paths.mcp, mcp);
    const code = `import { supervise } from '${supervise}'; process.exitCode = await supervise(${JSON.stringify(paths)});`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      env: { ...process.env, MINE: 'and mine' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    launcher = child;
    output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output += data.toString();
      });
    }
    ended = new Promise((resolve) => child.on('close', (status) => resolve(status)));
  }

  /** Resolves when the processes have printed this; the test's time-out is the limit. */
  async function printed(text: string): Promise<void> {
    while (!output.includes(text)) {
      await Promise.race([
        new Promise((resolve) => launcher!.stdout!.once('data', resolve)),
        ended.then((status) => {
          if (!output.includes(text)) throw new Error(`ended with ${status} before “${text}”:\n${output}`);
        }),
      ]);
    }
  }

  it('starts the MCP server with what the server tells it, and stops both on a signal', async () => {
    start(SERVER, MCP);
    await printed('mcp is by the server and mine');
    launcher!.kill('SIGTERM');
    expect(await ended).to.equal(0);
    expect(output).to.include('server stops').and.include('mcp stops');
  });

  it('passes on the exit code of a stop that went wrong', async () => {
    start(`const name = 'server'; ${stops(3)} ${stays} ${ready}`, MCP);
    await printed('mcp is');
    launcher!.kill('SIGINT');
    expect(await ended).to.equal(3);
  });

  it('stops the MCP server when the server dies, and says which one died', async () => {
    start(`${SERVER} console.log('server is', process.pid);`, MCP);
    await printed('mcp is');
    process.kill(Number(/server is (\d+)/.exec(output)![1]), 'SIGKILL');
    expect(await ended).to.equal(137);
    expect(output).to.include('The server ended with exit code 137; stopping the MCP server.').and.include('mcp stops');
  });

  it('stops the server when the MCP server dies, and fails even if it died without a code', async () => {
    start(SERVER, 'process.exit(0);');
    expect(await ended).to.equal(1);
    expect(output)
      .to.include('The MCP server ended with exit code 0; stopping the server.')
      .and.include('server stops');
  });

  it('does not start the MCP server where the server cannot start', async () => {
    start('process.exit(78);', MCP);
    expect(await ended).to.equal(78);
    expect(output).not.to.include('mcp is');
  });

  it('takes the two signals of one Ctrl-C under npm as one', async () => {
    const slow = `process.on('SIGINT', () => setTimeout(() => process.exit(0), 100)); ${stays} ${ready}`;
    start(slow, MCP);
    await printed('mcp is');
    launcher!.kill('SIGINT');
    launcher!.kill('SIGINT');
    expect(await ended).to.equal(0);
  });

  it('kills both on a second Ctrl-C', async () => {
    const stubborn = `process.on('SIGINT', () => setTimeout(() => console.log('still here'), 600)); ${stays} ${ready}`;
    start(stubborn, MCP);
    await printed('mcp is');
    launcher!.kill('SIGINT');
    await printed('still here');
    launcher!.kill('SIGINT');
    expect(await ended).to.equal(137);
  });
});

describe('The search for missing dependencies', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moltnet-install-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function missing(installed: object | undefined, locked: object): string | undefined {
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: locked }));
    mkdirSync(join(folder, 'node_modules'));
    if (installed) {
      writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }));
    }
    return findMissing(folder);
  }
  const a1 = { 'node_modules/a': { version: '1.0.0' } };

  it('finds a fresh clone', () => expect(missing(undefined, a1)).to.equal('node_modules'));
  it('is content with what is locked', () => expect(missing(a1, a1)).to.equal(undefined));
  it('finds another version', () =>
    expect(missing({ 'node_modules/a': { version: '0.9.0' } }, a1)).to.equal('node_modules/a'));
  it('finds a package of our own that is not linked yet', () =>
    expect(missing({}, { 'node_modules/ours': { link: true } })).to.equal('node_modules/ours'));
  it('does not miss the packages of other platforms', () =>
    expect(missing({}, { 'node_modules/a': { version: '1.0.0', optional: true } })).to.equal(undefined));
});
