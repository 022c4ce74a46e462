import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { callTool, connectLegacy, startTestMcp, type TestMcp } from '../support/mcp.js';

const program = fileURLToPath(new URL('../../src/mcpMain.js', import.meta.url));

interface Ended {
  code: number | null;
  stderr: string;
}

describe('The MCP server as a process', () => {
  let mcp: TestMcp;
  const children: ChildProcess[] = [];
  before(async function () {
    this.timeout(60_000);
    mcp = await startTestMcp();
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await mcp.stop();
  });

  function launch(env: Record<string, string>): { child: ChildProcess; ready: Promise<string>; ended: Promise<Ended> } {
    const child = fork(program, { env: { PATH: process.env['PATH'], MCP_PORT: '0', ...env }, silent: true });
    children.push(child);
    let stderr = '';
    child.stderr!.on('data', (data: Buffer) => (stderr += data.toString()));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
    const failed = ended.then(({ stderr: said }) => Promise.reject(new Error(`ended before it was ready: ${said}`)));
    const ready = Promise.race([once(child, 'message').then(([message]) => message.mcpUrl as string), failed]);
    ready.catch(() => undefined);
    return { child, ready, ended };
  }

  it('serves with what the server gives it, and stops gracefully when asked', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, ready, ended } = launch(mcp.api.server.mcp);
      const client = await connectLegacy(new URL('/mcp', await ready), await mcp.newToken());
      expect((await callTool(client, 'moltnet_whoami')).data.name).to.equal('tester');
      await client.close();
      child.kill(signal);
      expect((await ended).code, signal).to.equal(0);
    }
  });

  it('ends when the process that started it is gone', async () => {
    const { child, ready } = launch(mcp.api.server.mcp);
    await ready;
    const exited = once(child, 'exit');
    child.disconnect();
    expect(await exited).to.deep.equal([0, null]);
  });

  it('names all the settings that it lacks at once', async () => {
    const { code, stderr } = await launch({}).ended;
    expect(code).to.equal(1);
    expect(stderr)
      .to.include('ORY_PROJECT_URL, ORY_PROJECT_API_KEY, MCP_ASSERTION_KEY')
      .and.include('AUTH_ENABLED=false');
  });

  it('does not ask for what only the server needs, in production either', async () => {
    const { child, ready, ended } = launch({ ...mcp.api.server.mcp, NODE_ENV: 'production' });
    await ready;
    child.kill('SIGTERM');
    expect((await ended).code).to.equal(0);
  });

  it('says what a key has to be, without telling what it was', async () => {
    const { code, stderr } = await launch({ ...mcp.api.server.mcp, MCP_ASSERTION_KEY: 'not-a-key' }).ended;
    expect(code).to.equal(1);
    expect(stderr).to.include('MCP_ASSERTION_KEY is not an Ed25519 private key').and.not.include('not-a-key');
  });

  it('says that its port is taken, and by which setting to choose another', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const port = String((holder.address() as AddressInfo).port);
    const { code, stderr } = await launch({ ...mcp.api.server.mcp, MCP_PORT: port }).ended;
    holder.close();
    expect(code).to.equal(1);
    expect(stderr).to.include(`Port ${port} on 127.0.0.1 is taken`).and.include('MCP_PORT=');
  });

  describe('without authentication', () => {
    const open = () => ({ AUTH_ENABLED: 'false', DATA_DIR: mcp.api.dataDir, REST_API_URL: mcp.api.url });

    it("acts as this machine's own agent, and says so", async () => {
      const { child, ready, ended } = launch(open());
      const client = await connectLegacy(new URL('/mcp', await ready), 'whatever');
      const { fingerprint } = mcp.api.server.local!.agent;
      expect((await callTool(client, 'moltnet_whoami')).data.fingerprint).to.equal(fingerprint);
      await client.close();
      child.kill('SIGTERM');
      expect((await ended).stderr).to.include(`acts as the agent ${fingerprint}`);
    });

    it('does not start where others could reach it, in production, or without the agent', async () => {
      for (const env of [{ HOST: '0.0.0.0' }, { NODE_ENV: 'production' }]) {
        const { code, stderr } = await launch({ ...open(), ...env }).ended;
        expect(code).to.equal(1);
        expect(stderr).to.include('on loopback only');
      }
      const { stderr } = await launch({ ...open(), DATA_DIR: '/nowhere' }).ended;
      expect(stderr).to.include('/nowhere/agent.json, which cannot be read');
    });
  });
});
