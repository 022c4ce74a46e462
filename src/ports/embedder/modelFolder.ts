/**
 * A model's files on disk, and the manifest that says which bytes they must be. A folder without a manifest, or whose
 * files differ from it, is never loaded: half a download, a portal's HTML page or a bad sector would otherwise become
 * wrong vectors, or an error deep inside the runtime.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../errors.js';
import { PASSAGE_RECIPE } from '../../rules/passageText.js';
import type { EmbeddingModel } from '../embedder.js';
import { describeModel } from './fingerprint.js';

/** The one model that is used, at one commit: another revision may have other vectors under the same name. */
export const E5_SMALL_V2 = {
  name: 'Xenova/e5-small-v2',
  revision: '0a1f4385c227a85ead9a3ce43c7424a4034aad05',
  dtype: 'q8',
  maxTokens: 512,
  files: ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx'],
  recipe: `${PASSAGE_RECIPE};query: ,passage: ;512 tokens;mean;l2`,
} as const;

const FETCH_COMMAND = 'npm run model:fetch';

const manifestSchema = z.object({
  format: z.literal(1),
  model: z.string(),
  commit: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      /** Where it came from, below the hub's address. */
      urlPath: z.string(),
      size: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const modelFolder = (modelDir: string): string => join(modelDir, ...E5_SMALL_V2.name.split('/'));

export const urlPath = (file: string): string => `/${E5_SMALL_V2.name}/resolve/${E5_SMALL_V2.revision}/${file}`;

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * Reads every byte (34 MB: about 100 ms, in pieces, so that a server goes on answering meanwhile). Throws
 * EmbedderUnavailable with what is wrong and the command that puts it right.
 */
export async function verifyModel(modelDir: string): Promise<EmbeddingModel> {
  const folder = modelFolder(modelDir);
  const fault = (what: string) =>
    new AppError('EmbedderUnavailable', `${E5_SMALL_V2.name}: ${what}. Run \`${FETCH_COMMAND}\`.`);
  const manifest = await readManifest(join(folder, 'manifest.json'), fault);
  for (const path of E5_SMALL_V2.files) {
    const expected = manifest.files.find((file) => file.path === path);
    if (!expected) throw fault(`${join(folder, 'manifest.json')} does not list ${path}`);
    const found = await stat(join(folder, path)).catch(() => undefined);
    if (!found) throw fault(`${join(folder, path)} is missing`);
    if (found.size !== expected.size) {
      throw fault(`${join(folder, path)} has ${found.size} bytes and must have ${expected.size}`);
    }
    if ((await hashFile(join(folder, path))) !== expected.sha256) {
      throw fault(`${join(folder, path)} is not the file that was fetched: its SHA-256 differs`);
    }
  }
  const files = manifest.files.filter((file) => (E5_SMALL_V2.files as readonly string[]).includes(file.path));
  return describeModel({ ...E5_SMALL_V2, semantic: true, files });
}

async function readManifest(path: string, fault: (what: string) => AppError): Promise<Manifest> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw fault(`there is no ${path}`);
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) throw fault(`${path} cannot be read as a manifest`);
  const { model, commit } = parsed.data;
  if (model !== E5_SMALL_V2.name || commit !== E5_SMALL_V2.revision) {
    throw fault(`${path} is of ${model} at ${commit}, wanted is ${E5_SMALL_V2.revision}`);
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
