/** Runs e5-small-v2 in this process. Only the child process, and the benchmark, import this. */
import { AutoModel, AutoTokenizer, env, LogLevel, Tensor } from '@huggingface/transformers';
import { DIMENSIONS, type Embedded } from '../embedder.js';
import { E5_SMALL_V2, verifyModel } from './modelFolder.js';
import type { EmbedText } from './serveTexts.js';

/**
 * Throws unless the files are those of `fingerprint`: a parent that chose its model at start must not get vectors of
 * another one after its child was replaced.
 */
export async function loadE5(modelDir: string, fingerprint: string): Promise<EmbedText> {
  const found = await verifyModel(modelDir);
  if (found.fingerprint !== fingerprint) throw new Error('the model files have changed since the start: restart');
  env.allowRemoteModels = false;
  env.localModelPath = modelDir;
  env.useFSCache = false; // a cache that once took a captive portal's page keeps it for ever
  env.logLevel = LogLevel.NONE; // on an inference error the runtime prints the text's token ids
  const tokenizer = await AutoTokenizer.from_pretrained(E5_SMALL_V2.name);
  const model = await AutoModel.from_pretrained(E5_SMALL_V2.name, {
    dtype: E5_SMALL_V2.dtype,
    device: 'cpu',
    // Two processes of one thread compute more than one process of two, and one thread gives the same bits each time.
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
  if (tokenizer.model_max_length !== E5_SMALL_V2.maxTokens) {
    throw new Error(`tokenizer_config.json must say model_max_length ${E5_SMALL_V2.maxTokens}`);
  }
  /**
   * One text a run. A batch pads its texts to one length, which is up to 7 times slower for mixed lengths and, with
   * 8-bit weights, changes the vectors: the activations' scale is computed over the padded batch.
   */
  const embed = async (text: string): Promise<Embedded> => {
    const { ids, truncated } = cutTokens(tokenizer.encode(text));
    const shape = [1, ids.length];
    const output = (await model({
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
      token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), shape),
    })) as { last_hidden_state: Tensor };
    return { vector: meanOfRows(output.last_hidden_state.data as Float32Array, ids.length), truncated };
  };
  await embed('query: warm up'); // the first run allocates, and shows a broken model before it is called ready
  return embed;
}

/** As the reference tokenizer cuts: the separator at the end stays. (The library's own cut drops it.) */
function cutTokens(ids: number[]): { ids: number[]; truncated: boolean } {
  if (ids.length <= E5_SMALL_V2.maxTokens) return { ids, truncated: false };
  return { ids: [...ids.slice(0, E5_SMALL_V2.maxTokens - 1), ...ids.slice(-1)], truncated: true };
}

/** Two plain loops: one `forEach` over all values costs 2 ms at 512 tokens, this 0.3. */
function meanOfRows(hidden: Float32Array, rows: number): Float32Array {
  const sum = new Float64Array(DIMENSIONS);
  for (let start = 0; start < rows * DIMENSIONS; start += DIMENSIONS) {
    for (let column = 0; column < DIMENSIONS; column++) {
      sum[column] = (sum[column] ?? 0) + (hidden[start + column] ?? NaN);
    }
  }
  const norm = Math.hypot(...sum);
  if (hidden.length !== rows * DIMENSIONS || !(norm > 0 && norm < Infinity)) {
    throw new RangeError(`the model did not answer with a finite vector of ${DIMENSIONS} dimensions`);
  }
  return Float32Array.from(sum, (value) => value / norm);
}
