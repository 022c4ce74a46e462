/**
 * What a vector costs, and how much of it is ours: `node dist/bench/embed.js [rounds]`. At each length, alternating: the
 * runtime's bare run on prepared tensors, the same with tokenizer and mean in this process, and a passage through the
 * port into the child process. Uses the model of EMBEDDING_MODEL_DIR or models/, else the tests' tiny one, whose bare
 * run costs next to nothing: then only the differences in milliseconds mean something.
 */
import { AutoModel, AutoTokenizer, Tensor } from '@huggingface/transformers';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { EmbeddingModel } from '../src/ports/embedder.js';
import { chooseEmbedder, DEFAULT_MODEL_DIR } from '../src/ports/embedder/chooseEmbedder.js';
import { loadE5 } from '../src/ports/embedder/e5.js';
import { E5_SMALL_V2, verifyModel } from '../src/ports/embedder/modelFolder.js';
import { tinyModelDir } from '../test/support/tinyModel.js';

const TOKENS = [16, 32, 128, 256, 512];
/** passage, the colon and the two markers. */
const FRAME_TOKENS = 4;
/** All of them single tokens in both vocabularies. */
const WORDS = 'deploy database failed because table was slow and we fixed it after the release'.split(' ');

const textOf = (tokens: number) =>
  Array.from({ length: tokens - FRAME_TOKENS }, (_, i) => WORDS[i % WORDS.length]).join(' ');

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The session below the library's model, with the options that the child uses. */
async function bareRunner(): Promise<(text: string) => () => Promise<unknown>> {
  const tokenizer = await AutoTokenizer.from_pretrained(E5_SMALL_V2.name);
  const { sessions } = await AutoModel.from_pretrained(E5_SMALL_V2.name, {
    dtype: E5_SMALL_V2.dtype,
    device: 'cpu',
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
  const session = (sessions as { model: { run: (feeds: object) => Promise<unknown> } }).model;
  return (text) => {
    const ids = tokenizer.encode(`passage: ${text}`);
    const tensor = (data: BigInt64Array) => new Tensor('int64', data, [1, ids.length]).ort_tensor;
    const feeds = {
      input_ids: tensor(BigInt64Array.from(ids, BigInt)),
      attention_mask: tensor(new BigInt64Array(ids.length).fill(1n)),
      token_type_ids: tensor(new BigInt64Array(ids.length)),
    };
    return () => session.run(feeds);
  };
}

async function findModel(): Promise<{ modelDir: string; model: EmbeddingModel; tiny: boolean }> {
  const modelDir = process.env['EMBEDDING_MODEL_DIR'] ?? DEFAULT_MODEL_DIR;
  const model = await verifyModel(modelDir).catch(() => undefined);
  if (model) return { modelDir, model, tiny: false };
  return { modelDir: tinyModelDir(), model: await verifyModel(tinyModelDir()), tiny: true };
}

const rounds = Number(process.argv.find((arg) => /^\d+$/.test(arg)) ?? 50);
const { modelDir, model, tiny } = await findModel();
const log = { info: () => {}, warn: console.warn };
const embedder = await chooseEmbedder({ configured: 'e5-small-v2', modelDir, production: true, log });
const coldStartMs = await timed(() => embedder.warm());
const inProcess = await loadE5(modelDir, model.fingerprint);
const prepare = await bareRunner();

const rows = [];
for (const tokens of TOKENS) {
  const text = textOf(tokens);
  const bareRun = prepare(text);
  const bare: number[] = [];
  const here: number[] = [];
  const child: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(await timed(bareRun));
    here.push(await timed(() => inProcess(`passage: ${text}`)));
    child.push(await timed(() => embedder.embedPassage(text)));
  }
  rows.push({ tokens, bareMs: median(bare), inProcessMs: median(here), childMs: median(child) });
}
await embedder.stop();

const table = rows.map(({ tokens, bareMs, inProcessMs, childMs }) => ({
  tokens,
  'bare run, ms': bareMs.toFixed(2),
  'with tokenizer, ms': inProcessMs.toFixed(2),
  'through the port, ms': childMs.toFixed(2),
  'ours, ms': (childMs - bareMs).toFixed(2),
  ratio: (childMs / bareMs).toFixed(2),
}));
console.log(
  `${tiny ? 'the tiny test model' : model.name}, ${rounds} rounds, medians; cold start ${coldStartMs.toFixed(0)} ms`,
);
console.table(table);

const results = fileURLToPath(new URL('../../bench/results/', import.meta.url));
mkdirSync(results, { recursive: true });
const report = { at: new Date(), cpu: cpus()[0]?.model, node: process.version, model, tiny, rounds, coldStartMs, rows };
writeFileSync(`${results}embed.json`, `${JSON.stringify(report, null, 2)}\n`);
