/**
 * A model of e5-small-v2's shape in half a megabyte, made here and not downloaded: the real code loads it through its
 * real path (manifest, tokenizer, ONNX runtime). Its weights are seeded noise: texts that share words are near, so are
 * the synonyms it was given, and nothing else is. Like the real one it fails on a 513th token.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { E5_SMALL_V2, modelFolder, urlPath, type Manifest } from '../../src/ports/embedder/modelFolder.js';
import { writeOnnx, type OnnxNode, type TensorValue } from './onnxWriter.js';
import { PIECES, SYNONYMS, WORDS } from './tinyModelWords.js';

const DIMENSIONS = 384;
const MAX_TOKENS: number = E5_SMALL_V2.maxTokens;
/** Of the positions and of the one attention head: full rank would be 3 MB more. */
const RANK = 16;
const SEED = 20_240_601;
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
/** Tokens that nearly every text has: loud, they would make all texts near each other. */
const QUIET = new Set([...SPECIAL, 'query', 'passage', ':', ',', '.', 'the', 'of', 'and', 'to', 'a', 'in', 'is', 'it']);

const cacheDir = join(dirname(fileURLToPath(import.meta.url)), '../../../node_modules/.cache/moltnet');

/** An EMBEDDING_MODEL_DIR that holds the tiny model as e5-small-v2; written once, and again when this file changes. */
export function tinyModelDir(): string {
  const files = tinyModelFiles();
  const manifest = manifestOf(files);
  const dir = join(cacheDir, `tiny-model-${createHash('sha256').update(manifest).digest('hex').slice(0, 12)}`);
  if (existsSync(dir)) return dir;
  const draft = `${dir}.${process.pid}`;
  writeModel(draft, files);
  // Two test processes may come here at once: whoever is second finds the same bytes already there.
  try {
    renameSync(draft, dir);
  } catch {
    rmSync(draft, { recursive: true, force: true });
  }
  return dir;
}

/** Lays files out as `npm run model:fetch` does, with a manifest. */
export function writeModel(modelDir: string, files: ReadonlyMap<string, Buffer>): void {
  const folder = modelFolder(modelDir);
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  writeFileSync(join(folder, 'manifest.json'), manifestOf(files));
}

function manifestOf(files: ReadonlyMap<string, Buffer>): string {
  const manifest: Manifest = {
    format: 1,
    model: E5_SMALL_V2.name,
    commit: E5_SMALL_V2.revision,
    files: [...files].map(([path, bytes]) => ({
      path,
      urlPath: urlPath(path),
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** With fewer `positions` than the tokenizer lets through, long texts make the runtime itself fail. */
export function tinyModelFiles({ positions = MAX_TOKENS }: { positions?: number } = {}): Map<string, Buffer> {
  const vocabulary = tinyVocabulary();
  const json = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`);
  return new Map([
    ['config.json', json(modelConfig(vocabulary.length, positions))],
    ['tokenizer.json', json(tokenizer(vocabulary))],
    ['tokenizer_config.json', json(tokenizerConfig)],
    ['onnx/model_quantized.onnx', network(vocabulary, positions)],
  ]);
}

function tinyVocabulary(): string[] {
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789');
  const punctuation = Array.from('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');
  const continued = [...letters, ...PIECES].map((piece) => `##${piece}`);
  return [...new Set([...SPECIAL, ...punctuation, ...letters, ...WORDS, ...continued])];
}

const modelConfig = (vocabularySize: number, positions: number) => ({
  architectures: ['BertModel'],
  model_type: 'bert',
  hidden_size: DIMENSIONS,
  num_hidden_layers: 1,
  num_attention_heads: 1,
  intermediate_size: DIMENSIONS,
  max_position_embeddings: positions,
  type_vocab_size: 2,
  vocab_size: vocabularySize,
  pad_token_id: 0,
});

const tokenizerConfig = {
  tokenizer_class: 'BertTokenizer',
  model_max_length: E5_SMALL_V2.maxTokens,
  do_lower_case: true,
  pad_token: '[PAD]',
  unk_token: '[UNK]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  mask_token: '[MASK]',
};

function tokenizer(vocabulary: string[]): object {
  const special = (content: string) => ({ id: content, ids: [vocabulary.indexOf(content)], tokens: [content] });
  const token = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const single = [token('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, token('[SEP]')];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => {
      return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
    }),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, { Sequence: { id: 'B', type_id: 1 } }, { SpecialToken: { id: '[SEP]', type_id: 1 } }],
      special_tokens: { '[CLS]': special('[CLS]'), '[SEP]': special('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
    },
  };
}

/** mulberry32, and a near-normal number as the sum of twelve of its draws: only + and -, so the same bits everywhere. */
function normalNumbers(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  };
}

/** One int8 row a token; synonyms take 0.8 of their row from their line and 0.6 from themselves (0.64 + 0.36 = 1). */
function tokenTable(vocabulary: string[], normal: () => number): Int8Array {
  const shared = new Map<string, number[]>();
  for (const line of SYNONYMS) {
    const row = Array.from({ length: DIMENSIONS }, normal);
    for (const word of line) shared.set(word, row);
  }
  const table = new Int8Array(vocabulary.length * DIMENSIONS);
  vocabulary.forEach((word, index) => {
    const loudness = QUIET.has(word) ? 6 : 30;
    const common = shared.get(word);
    for (let column = 0; column < DIMENSIONS; column++) {
      const own = normal();
      const value = common ? 0.8 * (common[column] ?? 0) + 0.6 * own : own;
      table[index * DIMENSIONS + column] = Math.max(-127, Math.min(127, Math.round(value * loudness)));
    }
  });
  return table;
}

/** Token, type and position rows, one masked low-rank attention head, layer norm. */
function network(vocabulary: string[], positions: number): Buffer {
  const normal = normalNumbers(SEED);
  const table = tokenTable(vocabulary, normal);
  const noise = (rows: number, columns: number, scale: number): TensorValue => {
    const data = Float32Array.from({ length: rows * columns }, () => normal() * scale);
    return { type: 'float32', data, dims: [rows, columns] };
  };
  const number = (value: number): TensorValue => ({ type: 'float32', data: Float32Array.of(value), dims: [] });
  const repeated = (value: number): TensorValue => {
    return { type: 'float32', data: new Float32Array(DIMENSIONS).fill(value), dims: [DIMENSIONS] };
  };
  const index = (value: bigint, dims: number[] = []): TensorValue => {
    return { type: 'int64', data: BigInt64Array.of(value), dims };
  };
  const ids = (name: string) => ({ name, type: 'int64' as const, dims: ['batch', 'sequence'] });
  return writeOnnx({
    name: 'tiny-e5-shaped',
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map(ids),
    outputs: [{ name: 'last_hidden_state', type: 'float32', dims: ['batch', 'sequence', DIMENSIONS] }],
    constants: {
      token_table: { type: 'int8', data: table, dims: [vocabulary.length, DIMENSIONS] },
      token_scale: number(1 / 30),
      type_table: noise(2, DIMENSIONS, 0.01),
      position_table: noise(positions, RANK, 1),
      position_up: noise(RANK, DIMENSIONS, 0.01),
      query_weights: noise(DIMENSIONS, RANK, 0.05),
      key_weights: noise(DIMENSIONS, RANK, 0.05),
      score_scale: number(1 / Math.sqrt(RANK)),
      one: number(1),
      masked: number(-10_000),
      attention_share: number(0.25),
      gain: repeated(1),
      bias: repeated(0),
      zero_index: index(0n),
      one_index: index(1n),
      mask_axis: index(1n, [1]),
    },
    nodes: NODES,
  });
}

const op = (output: string, name: string, inputs: string[], attributes: OnnxNode['attributes'] = {}): OnnxNode => {
  return { op: name, inputs, output, attributes };
};
const FLOAT = 1;
const NODES: OnnxNode[] = [
  op('token_int8', 'Gather', ['token_table', 'input_ids'], { axis: 0 }),
  op('token', 'DequantizeLinear', ['token_int8', 'token_scale']),
  op('type', 'Gather', ['type_table', 'token_type_ids'], { axis: 0 }),
  op('shape', 'Shape', ['input_ids']),
  op('length', 'Gather', ['shape', 'one_index'], { axis: 0 }),
  op('place', 'Range', ['zero_index', 'length', 'one_index']),
  op('position_low', 'Gather', ['position_table', 'place'], { axis: 0 }), // fails past the last position
  op('position', 'MatMul', ['position_low', 'position_up']),
  op('token_and_type', 'Add', ['token', 'type']),
  op('embedded', 'Add', ['token_and_type', 'position']),
  op('queries', 'MatMul', ['embedded', 'query_weights']),
  op('keys', 'MatMul', ['embedded', 'key_weights']),
  op('keys_across', 'Transpose', ['keys'], { perm: [0, 2, 1] }),
  op('raw_scores', 'MatMul', ['queries', 'keys_across']),
  op('scores', 'Mul', ['raw_scores', 'score_scale']),
  op('mask_float', 'Cast', ['attention_mask'], { to: FLOAT }),
  op('mask_row', 'Unsqueeze', ['mask_float', 'mask_axis']),
  op('mask_off', 'Sub', ['one', 'mask_row']),
  op('mask_score', 'Mul', ['mask_off', 'masked']),
  op('masked_scores', 'Add', ['scores', 'mask_score']),
  op('attention', 'Softmax', ['masked_scores'], { axis: -1 }),
  op('context', 'MatMul', ['attention', 'embedded']),
  op('context_part', 'Mul', ['context', 'attention_share']),
  op('mixed', 'Add', ['embedded', 'context_part']),
  op('last_hidden_state', 'LayerNormalization', ['mixed', 'gain', 'bias'], { axis: -1, epsilon: { float: 1e-12 } }),
];
