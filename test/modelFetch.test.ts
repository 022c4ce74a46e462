import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelFolder } from '../src/ports/embedder/modelFolder.js';
import { startFakeHub, type FakeHub } from './support/fakeHub.js';
import { tinyModelFiles } from './support/tinyModel.js';

describe('the command that fetches the model', () => {
  let modelDir: string;
  let hub: FakeHub;

  before(async () => {
    modelDir = mkdtempSync(join(tmpdir(), 'models-'));
    hub = await startFakeHub(tinyModelFiles());
  });

  after(async () => {
    await hub.stop();
    rmSync(modelDir, { recursive: true });
  });

  function run(args: string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> {
    const script = fileURLToPath(new URL('../src/modelFetch.js', import.meta.url));
    return new Promise((resolve) => {
      execFile(process.execPath, [script, ...args], { env }, (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      });
    });
  }

  it('says what is missing when it only checks, and fetches nothing', async () => {
    const { code, err } = await run(['--check', '--from', hub.url, '--dir', modelDir]);
    expect(code).to.equal(1);
    expect(err).to.match(/there is no .*manifest\.json\. Run `npm run model:fetch`/);
    expect(hub.requests).to.deep.equal([]);
  });

  it('takes hub and folder from the environment, and prints plain lines where there is no terminal', async () => {
    const { code, out, err } = await run([], { HF_ENDPOINT: hub.url, EMBEDDING_MODEL_DIR: modelDir });
    expect(err).to.equal('');
    expect(code).to.equal(0);
    expect(out)
      .to.include(`is complete in ${modelFolder(modelDir)}`)
      .and.not.include('\r');
    expect(out.split('\n').filter((line) => line.startsWith('onnx/'))).to.have.length.of.at.most(5);
  });

  it('verifies what it fetched', async () => {
    expect((await run(['--check', '--dir', modelDir])).code).to.equal(0);
  });

  for (const args of [['--bogus'], ['--from', 'nonsense']]) {
    it(`explains itself on ${args.join(' ')}`, async () => {
      const { code, err } = await run(args);
      expect(code).to.equal(2);
      expect(err).to.include(args.at(-1)).and.include('Usage: npm run model:fetch');
    });
  }
});
