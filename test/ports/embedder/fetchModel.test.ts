import { expect } from 'chai';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fetchModel } from '../../../src/ports/embedder/fetchModel.js';
import { E5_SMALL_V2, modelFolder, verifyModel, type Manifest } from '../../../src/ports/embedder/modelFolder.js';
import { startFakeHub, type FakeHub } from '../../support/fakeHub.js';
import { tinyModelFiles } from '../../support/tinyModel.js';

const NETWORK = 'onnx/model_quantized.onnx';
const files = tinyModelFiles();
/** Connections are broken off after so many bytes, and at multiples of it. */
const PIECE = 60_000;

describe('fetching the model', () => {
  let modelDir: string;
  let hub: FakeHub;
  let pauses: number[];
  let received: Map<string, number>;

  beforeEach(async () => {
    modelDir = mkdtempSync(join(tmpdir(), 'models-'));
    hub = await startFakeHub(files);
    pauses = [];
    received = new Map();
  });

  afterEach(async () => {
    await hub.stop();
    rmSync(modelDir, { recursive: true });
  });

  const fetchHere = (from = hub.url) =>
    fetchModel({
      modelDir,
      hub: from,
      onProgress: (progress) => {
        received.set(progress.path, progress.received);
        if (progress.received % PIECE === 0) hub.cut();
      },
      onRetry: () => undefined,
      pause: async (ms) => void pauses.push(ms),
    });
  const refusal = (result: Promise<unknown>) =>
    result.then(
      () => 'fetched',
      (error: unknown) => (error as Error).message,
    );
  const gets = () => hub.requests.filter((request) => request.startsWith('GET'));
  const draft = (path: string) => join(`${modelFolder(modelDir)}.fetching-${E5_SMALL_V2.revision.slice(0, 12)}`, path);

  it('leaves verified files and a manifest that says where each came from', async () => {
    const model = await fetchHere();
    expect(model).to.deep.equal(await verifyModel(modelDir));
    const manifest = JSON.parse(readFileSync(join(modelFolder(modelDir), 'manifest.json'), 'utf8')) as Manifest;
    expect(manifest).to.include({ format: 1, model: E5_SMALL_V2.name, commit: E5_SMALL_V2.revision });
    const network = manifest.files.find((file) => file.path === NETWORK);
    expect(network?.size).to.equal(files.get(NETWORK)?.length);
    expect(network?.urlPath).to.equal(`/Xenova/e5-small-v2/resolve/${E5_SMALL_V2.revision}/${NETWORK}`);
    expect([...received]).to.deep.equal([...files].map(([path, bytes]) => [path, bytes.length]));
    expect(readdirSync(dirname(modelFolder(modelDir)))).to.deep.equal(['e5-small-v2']);
  });

  it('asks for nothing when the model is already there', async () => {
    await fetchHere();
    hub.requests.length = 0;
    await fetchHere();
    expect(hub.requests).to.deep.equal([]);
  });

  it('goes on where a broken connection ended', async () => {
    hub.mischief.push({ path: NETWORK, cutAfter: 3 * PIECE });
    await fetchHere();
    expect(gets().filter((get) => get.includes(NETWORK))).to.deep.equal([
      `GET ${NETWORK}`,
      `GET ${NETWORK} bytes=180000-`,
    ]);
  });

  it('goes on where an earlier command ended, and loads nothing of it before', async () => {
    hub.mischief.push({ path: NETWORK, cutAfter: PIECE });
    hub.mischief.push(...Array.from({ length: 5 }, () => ({ path: NETWORK, status: 502 })));
    expect(await refusal(fetchHere())).to.match(
      /5 times in a row\. The same command goes on where this one ended; or name a mirror/,
    );
    expect(await refusal(verifyModel(modelDir))).to.include('there is no');
    hub.mischief.length = 0;
    hub.requests.length = 0;
    await fetchHere();
    expect(gets()).to.deep.equal([`GET ${NETWORK} bytes=60000-`]);
  });

  it('counts its tries anew whenever more of the file has come', async () => {
    hub.mischief.push(...Array.from({ length: 6 }, () => ({ path: NETWORK, cutAfter: PIECE })));
    await fetchHere();
    expect(pauses).to.deep.equal(Array.from({ length: 6 }, () => 1_000));
  });

  it('waits longer after each failure, and as long as it is told to', async () => {
    const path = 'config.json';
    hub.mischief.push({ path, status: 503 }, { path, status: 500 }, { path, status: 429, retryAfter: '7' });
    await fetchHere();
    expect(pauses).to.deep.equal([1_000, 2_000, 7_000]);
  });

  it('starts over when what an earlier command left is damaged', async () => {
    mkdirSync(dirname(draft(NETWORK)), { recursive: true });
    writeFileSync(`${draft(NETWORK)}.part`, Buffer.alloc(100_000, 'x'));
    await fetchHere();
    await verifyModel(modelDir);
    expect(gets().slice(-2)).to.deep.equal([`GET ${NETWORK} bytes=100000-`, `GET ${NETWORK}`]);
  });

  for (const path of [NETWORK, 'tokenizer.json']) {
    it(`refuses other bytes than the hub announced, and keeps none of them: ${path}`, async () => {
      hub.mischief.push({ path, garbled: true });
      expect(await refusal(fetchHere())).to.match(new RegExp(`^${path} came with other bytes`));
      expect(existsSync(`${draft(path)}.part`)).to.equal(false);
      expect(existsSync(modelFolder(modelDir))).to.equal(false);
      await fetchHere();
    });
  }

  it('refuses a sign-in page in the middle, and goes on once signed in', async () => {
    hub.mischief.push({ path: NETWORK, signInPage: true });
    expect(await refusal(fetchHere())).to.match(/sign in first; or name a mirror/);
    await fetchHere();
  });

  it('refuses a network that answers every address with its sign-in page', async () => {
    const portal = await startFakeHub(new Map());
    expect(await refusal(fetchHere(portal.url))).to.match(/config\.json answers 404.*sign in first/);
    await portal.stop();
  });

  it('names a hub that cannot be reached, after five tries', async () => {
    await hub.stop();
    expect(await refusal(fetchHere())).to.match(/cannot be reached \(connect ECONNREFUSED.*\), 5 times in a row/);
    expect(pauses).to.deep.equal([1_000, 2_000, 4_000, 8_000]);
    hub = await startFakeHub(files);
  });

  it('replaces files that were damaged since', async () => {
    await fetchHere();
    truncateSync(join(modelFolder(modelDir), NETWORK), 10);
    await fetchHere();
    await verifyModel(modelDir);
    expect(readdirSync(dirname(modelFolder(modelDir)))).to.deep.equal(['e5-small-v2']);
  });
});
