/**
 * Downloads the model's files from a hub, once, into a folder of its own that is renamed into place when every byte is
 * right. Not the library's own download: its cache keeps whatever a sign-in page answered, for ever, and does not load
 * a pinned revision without a network.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EmbeddingModel } from '../embedder.js';
import { E5_SMALL_V2, hashFile, modelFolder, urlPath, verifyModel, type Manifest } from './modelFolder.js';

export const DEFAULT_HUB = 'https://huggingface.co';

export interface FetchOptions {
  modelDir: string;
  /** The hub's address; a mirror answers the same paths with the same headers. */
  hub: string;
  onProgress: (progress: { path: string; received: number; size: number }) => void;
  onRetry: (reason: string, pauseMs: number) => void;
  pause: (ms: number) => Promise<void>;
}

/** What the hub says a file is, before a byte of it is read. */
interface Expected {
  size: number;
  /** The hub keeps large files under their SHA-256, small ones under git's blob hash (SHA-1 over a header and them). */
  algorithm: 'sha256' | 'git-blob';
  hash: string;
}

/** `again`: worth another try, and why. `progressed`: more is on disk than before, so the tries count from one again. */
type Outcome<Value> = { value: Value } | { again: string; afterMs?: number | undefined; progressed?: boolean };

/** In a row without a byte of progress; with pauses of 1, 2, 4 and 8 s between. */
const MAX_TRIES = 5;
const MAX_REDIRECTS = 5;
/** The largest file is 34 MB: a wrong address must not fill the disk. */
const MAX_FILE_BYTES = 200_000_000;

/**
 * Leaves the verified model in its folder, or the former content of that folder untouched. Goes on where an earlier
 * attempt ended; does nothing when the model is already there. Throws an Error that says what to do.
 */
export async function fetchModel(options: FetchOptions): Promise<EmbeddingModel> {
  const present = await verifyModel(options.modelDir).catch(() => undefined);
  if (present) return present;
  const folder = modelFolder(options.modelDir);
  const draft = `${folder}.fetching-${E5_SMALL_V2.revision.slice(0, 12)}`;
  const files: Manifest['files'] = [];
  for (const path of E5_SMALL_V2.files) {
    const expected = await untilDone(options, () => describeFile(options.hub, path));
    const target = join(draft, path);
    await mkdir(dirname(target), { recursive: true });
    if (!(await matches(target, expected))) await download(options, path, target, expected);
    files.push({ path, urlPath: urlPath(path), size: expected.size, sha256: await hashFile(target) });
  }
  const manifest: Manifest = { format: 1, model: E5_SMALL_V2.name, commit: E5_SMALL_V2.revision, files };
  await writeFile(join(draft, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await putInPlace(draft, folder);
  return verifyModel(options.modelDir);
}

async function putInPlace(draft: string, folder: string): Promise<void> {
  const former = `${folder}.former-${process.pid}`;
  await rename(folder, former).catch(() => undefined); // there may be none
  await rename(draft, folder);
  await rm(former, { recursive: true, force: true });
}

async function untilDone<Value>(
  { onRetry, pause }: FetchOptions,
  tryOnce: () => Promise<Outcome<Value>>,
): Promise<Value> {
  for (let tries = 1; ; tries++) {
    const outcome = await tryOnce();
    if ('value' in outcome) return outcome.value;
    if (outcome.progressed) tries = 1;
    if (tries >= MAX_TRIES) {
      throw new Error(
        `${outcome.again}, ${tries} times in a row. The same command goes on where this one ended; ` +
          'or name a mirror with --from, or copy the model folder from a machine that has it.',
      );
    }
    const pauseMs = outcome.afterMs ?? 1_000 * 2 ** (tries - 1);
    onRetry(outcome.again, pauseMs);
    await pause(pauseMs);
  }
}

interface Question {
  method?: 'HEAD';
  redirect?: 'manual';
  headers?: Record<string, string>;
}

async function ask(url: URL, question: Question): Promise<Outcome<Response>> {
  let response: Response;
  try {
    // Compressed answers have neither the length nor the ranges of the file.
    response = await fetch(url, { ...question, headers: { 'accept-encoding': 'identity', ...question.headers } });
  } catch (error) {
    return { again: `${url.origin} cannot be reached (${causeOf(error)})` };
  }
  if (response.status === 429 || response.status >= 500) {
    await response.body?.cancel();
    const seconds = Number(response.headers.get('retry-after'));
    const afterMs = seconds > 0 && seconds <= 300 ? seconds * 1_000 : undefined;
    return { again: `${url.origin} answers ${response.status}`, afterMs };
  }
  return { value: response };
}

/** Asks for the headers alone. The hub sends large files elsewhere, and gives their hash on the way there. */
async function describeFile(hub: string, path: string): Promise<Outcome<Expected>> {
  let url = addressOf(hub, path);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const asked = await ask(url, { method: 'HEAD', redirect: 'manual' });
    if (!('value' in asked)) return asked;
    const { status, headers } = asked.value;
    const expected = readExpected(headers);
    if (expected && status < 400) {
      refuseOtherCommit(headers, url);
      return { value: expected };
    }
    const location = headers.get('location');
    const next = location === null ? undefined : new URL(location, url);
    // Elsewhere nobody vouches for the hash: that host may be the sign-in page of the network.
    if (status < 300 || status >= 400 || next?.origin !== url.origin) throw refusal(url, status);
    url = next;
  }
  throw new Error(`${addressOf(hub, path).href} redirects more than ${MAX_REDIRECTS} times`);
}

const addressOf = (hub: string, path: string) => new URL(hub.replace(/\/+$/, '') + urlPath(path));

function readExpected(headers: Headers): Expected | undefined {
  const tag = headers.get('x-linked-etag') ?? headers.get('etag') ?? '';
  const hash = /^(?:W\/)?"?([0-9a-f]{64}|[0-9a-f]{40})"?$/.exec(tag)?.[1];
  const size = Number(headers.get('x-linked-size') ?? headers.get('content-length') ?? NaN);
  if (hash === undefined || !Number.isInteger(size) || size > MAX_FILE_BYTES) return undefined;
  return { size, hash, algorithm: hash.length === 64 ? 'sha256' : 'git-blob' };
}

function refuseOtherCommit(headers: Headers, url: URL): void {
  const commit = headers.get('x-repo-commit');
  if (commit === null || commit === E5_SMALL_V2.revision) return;
  throw new Error(`${url.href} answers with commit ${commit}: not a file of ${E5_SMALL_V2.revision}`);
}

function refusal(url: URL, status: number): Error {
  const what = status >= 400 ? `answers ${status}` : `answers ${status} without a file's hash and size`;
  return new Error(
    `${url.href} ${what}. If a browser on this network shows a sign-in page, sign in first; ` +
      'or name a mirror with --from, or copy the model folder from a machine that has it.',
  );
}

async function download(options: FetchOptions, path: string, target: string, expected: Expected): Promise<void> {
  const part = `${target}.part`;
  let fresh = false; // whether every byte of the part was written by this run
  await untilDone(options, async () => {
    const before = await sizeOf(part);
    if (before === 0) fresh = true;
    if (before < expected.size) {
      const failed = await receive(options, path, part, expected.size);
      const after = await sizeOf(part);
      if (after < expected.size) {
        const again = failed ?? { again: `${path} ended after ${after} of ${expected.size} bytes` };
        return { ...again, progressed: after > before };
      }
    }
    if (await matches(part, expected)) return { value: undefined };
    await rm(part);
    if (fresh) throw new Error(`${path} came with other bytes than ${options.hub} says it has: try another network`);
    return { again: `${path} was damaged by an earlier attempt` };
  });
  await rename(part, target);
}

/** Appends what is missing. Answers with what went wrong, if anything did; what did arrive stays. */
async function receive(
  { hub, onProgress }: FetchOptions,
  path: string,
  part: string,
  size: number,
): Promise<{ again: string; afterMs?: number | undefined } | undefined> {
  const have = await sizeOf(part);
  const url = addressOf(hub, path);
  const asked = await ask(url, have > 0 ? { headers: { range: `bytes=${have}-` } } : {});
  if (!('value' in asked)) return asked;
  const { status, headers, body } = asked.value;
  const page = headers.get('content-type')?.startsWith('text/html');
  const resumed = status === 206 && headers.get('content-range')?.startsWith(`bytes ${have}-`);
  if (page || body === null || (status !== 200 && !resumed)) {
    await body?.cancel();
    throw refusal(url, status);
  }

  // Written by hand and not piped: a pipe that breaks throws away what it had not written yet.
  const file = await open(part, resumed ? 'a' : 'w');
  let received = resumed ? have : 0;
  try {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      if (received + chunk.length > size)
        return { again: `${url.href} sends more than the ${size} bytes it announced` };
      await file.write(chunk);
      received += chunk.length;
      onProgress({ path, received, size });
    }
  } catch (error) {
    return { again: `${path} broke off after ${received} of ${size} bytes (${causeOf(error)})` };
  } finally {
    await file.close();
  }
  return undefined;
}

async function matches(file: string, { size, algorithm, hash }: Expected): Promise<boolean> {
  if ((await sizeOf(file)) !== size) return false;
  if (algorithm === 'sha256') return (await hashFile(file)) === hash;
  const blob = createHash('sha1').update(`blob ${size}\0`);
  for await (const chunk of createReadStream(file)) blob.update(chunk as Buffer);
  return blob.digest('hex') === hash;
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

/** undici says only "fetch failed"; its cause says why. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
