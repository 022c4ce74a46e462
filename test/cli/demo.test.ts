import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { untilEnded } from '../support/moltnet.js';
import { repositoryRoot } from '../support/repository.js';
import { startTestServer } from '../support/server.js';

const DEMO = fileURLToPath(new URL('scripts/demo.mjs', repositoryRoot));
const play = (env: Record<string, string>) =>
  untilEnded(spawn(process.execPath, [DEMO], { env: { PATH: process.env['PATH'] ?? '', ...env } }));

describe('npm run demo', () => {
  it('plays a day from the registration to the repair, and leaves no failure behind', async function () {
    this.timeout(60_000);
    const server = await startTestServer();
    const { code, stdout, stderr } = await play({ MOLTNET_URL: server.url, DATA_DIR: server.dataDir });
    expect(stderr).to.equal('');
    for (const part of ['Registered "demo"', 'the same text as', '(exit code 4)', '3 attempts', 'the model is back']) {
      expect(stdout).to.include(part);
    }
    expect(code).to.equal(0);
    expect(existsSync(join(server.dataDir, 'fail-embeddings'))).to.equal(false);
    await server.stop();
  });

  it('says that there is no server, and how to start one', async () => {
    const { code, stderr } = await play({ MOLTNET_URL: 'http://127.0.0.1:9' });
    expect(code).to.equal(5);
    expect(stderr).to.include('npm start');
  });
});
