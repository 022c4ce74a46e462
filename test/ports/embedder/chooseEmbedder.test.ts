import { expect } from 'chai';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Embedder } from '../../../src/ports/embedder.js';
import { chooseEmbedder } from '../../../src/ports/embedder/chooseEmbedder.js';
import { E5_SMALL_V2, modelFolder } from '../../../src/ports/embedder/modelFolder.js';
import { tinyModelDir } from '../../support/tinyModel.js';

const LEXICAL = 'builtin/lexical-hash-384';

describe('the choice of an embedder', () => {
  let modelDir: string;
  let embedder: Embedder | undefined;
  let logged: string[];

  beforeEach(() => {
    modelDir = mkdtempSync(join(tmpdir(), 'models-'));
    logged = [];
  });

  afterEach(async () => {
    await embedder?.stop();
    rmSync(modelDir, { recursive: true });
  });

  async function choose(configured: 'auto' | 'e5-small-v2' | 'lexical', production: boolean): Promise<Embedder> {
    const note = (message: string, details: object) => void logged.push(`${message} ${inspect(details)}`);
    embedder = await chooseEmbedder({ configured, production, modelDir, log: { info: note, warn: note } });
    return embedder;
  }

  const layModel = () => cpSync(tinyModelDir(), modelDir, { recursive: true });
  const file = (path: string) => join(modelFolder(modelDir), path);
  const failure = (result: Promise<unknown>) =>
    result.then(
      () => 'embedded',
      (error: unknown) => String(error),
    );

  for (const production of [false, true]) {
    it(`takes e5-small-v2 where its files are there (${production ? 'production' : 'development'})`, async () => {
      layModel();
      const { model } = await choose('auto', production);
      expect(model).to.include({ name: E5_SMALL_V2.name, revision: E5_SMALL_V2.revision, semantic: true });
      expect(model?.fingerprint).to.match(/^[0-9a-f]{64}$/);
      expect(logged).to.deep.equal([]);
    });

    it(`takes the lexical embedder when it is asked for (${production ? 'production' : 'development'})`, async () => {
      layModel();
      expect((await choose('lexical', production)).model).to.include({ name: LEXICAL, semantic: false });
    });
  }

  it('falls back to the lexical embedder in development, and says so once with the command', async () => {
    const chosen = await choose('auto', false);
    expect(chosen.model).to.include({ name: LEXICAL, semantic: false });
    expect(await chosen.embedQuery('deploy')).to.have.length(384);
    expect(await chosen.embedPassage('deploy')).to.have.keys('vector', 'truncated');
    expect(logged).to.have.length(1);
    expect(logged[0]).to.include('npm run model:fetch');
  });

  for (const [configured, production] of [
    ['auto', true],
    ['e5-small-v2', true],
    ['e5-small-v2', false],
  ] as const) {
    it(`is absent, with the remedy, and nothing takes its place: ${configured}, production ${production}`, async () => {
      const chosen = await choose(configured, production);
      expect(chosen.model).to.equal(undefined);
      expect(chosen.status()).to.include({ state: 'absent' });
      for (const call of [chosen.embedQuery('a'), chosen.embedPassage('a')]) {
        expect(await failure(call)).to.match(
          /^EmbedderUnavailable: .*there is no .*manifest.json.*npm run model:fetch/,
        );
      }
      expect(logged).to.have.length(1);
    });
  }

  const FAULTS: Record<string, { break: () => void; says: RegExp }> = {
    'half of a file': { break: () => truncateSync(file('tokenizer.json'), 100), says: /tokenizer.json has 100 bytes/ },
    'a file of the right size with other bytes': {
      break: () => writeFileSync(file('config.json'), 'x'.repeat(statSync(file('config.json')).size)),
      says: /config.json is not the file that was fetched/,
    },
    'a longer file': {
      break: () => appendFileSync(file('onnx/model_quantized.onnx'), 'x'),
      says: /model_quantized.onnx has \d+ bytes and must have \d+/,
    },
    'a missing file': {
      break: () => renameSync(file('config.json'), file('config.json.part')),
      says: /config.json is missing/,
    },
    'a manifest that is a web page': {
      break: () => writeFileSync(file('manifest.json'), '<html>Sign in to the network</html>'),
      says: /cannot be read as a manifest/,
    },
    'another revision': {
      break: () => {
        const manifest = { format: 1, model: E5_SMALL_V2.name, commit: 'f'.repeat(40), files: [] };
        writeFileSync(file('manifest.json'), JSON.stringify(manifest));
      },
      says: /at f{40}, wanted is/,
    },
    'a manifest without a file': {
      break: () => {
        const manifest = { format: 1, model: E5_SMALL_V2.name, commit: E5_SMALL_V2.revision, files: [] };
        writeFileSync(file('manifest.json'), JSON.stringify(manifest));
      },
      says: /does not list config.json/,
    },
  };
  for (const [what, fault] of Object.entries(FAULTS)) {
    it(`never loads ${what}`, async () => {
      layModel();
      fault.break();
      const { state, error } = (await choose('e5-small-v2', true)).status();
      expect(state).to.equal('absent');
      expect(error).to.match(fault.says).and.include('npm run model:fetch');
    });
  }

  it('does not load files that changed after the choice', async () => {
    layModel();
    const chosen = await choose('e5-small-v2', true);
    appendFileSync(file('config.json'), ' ');
    expect(await failure(chosen.embedQuery('q'))).to.match(/^EmbedderUnavailable: .*config.json has \d+ bytes/);
    expect(chosen.status().state).to.equal('failed');
  });
});
