import type { Calls } from './calls.js';
import { MoltnetError, readError } from './error.js';
import { randomHex, toRequest } from './request.js';
import { pause, type Transport } from './transport.js';
import type { CallOptions, Schemas } from './types.js';

export interface ExportOptions extends CallOptions {
  /** The size of a tree of the log that is known already: the bundle shows that the log continues it. */
  since?: number | undefined;
}

export interface ImportOptions extends CallOptions {
  /** Of the diary, where it is not there yet. */
  name?: string | undefined;
  /** Hears how many lines have been sent. */
  onProgress?: (lines: number) => void;
}

/** How often an export is asked for that the server has not begun to answer. */
const ATTEMPTS = 5;
const PAUSE_MS = 500;
/** A part stays well below what a server reads at once, 5 MB, also where its characters are escaped. */
const PART_CHARACTERS = 1_500_000;
const PART_LINES = 1_000;

/**
 * A diary as a bundle, piece by piece as it comes. Throws NetworkError for one that breaks off: what came is not whole,
 * and a verifier says so too.
 */
export async function* exportDiary(
  transport: Transport,
  diaryId: string,
  { since, signal }: ExportOptions = {},
): AsyncGenerator<Uint8Array> {
  const input = {
    path: { diaryId },
    query: { since },
    headers: { Accept: 'application/jsonl, application/problem+json' },
  };
  const response = await openExport(transport, toRequest('exportDiary', input, { ...(signal && { signal }) }));
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    const message = `The export of ${diaryId} broke off: ask for it again.`;
    throw new MoltnetError('NetworkError', message, { retryable: true, cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function openExport(transport: Transport, request: ReturnType<typeof toRequest>): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const response = await transport.open(request);
    if (response.ok) return response;
    const error = readError(response.status, response.headers, await response.json().catch(() => undefined));
    if (!error.retryable || attempt === ATTEMPTS) throw error;
    await pause(Math.max(error.retryAfterMs ?? 0, PAUSE_MS), request.signal);
  }
}

/**
 * Restores a diary from the lines of its bundle, sent part by part; the server takes nothing of it before all is verified.
 * The first line tells which diary it is. Sent again from the beginning, it restores what is missing.
 */
export async function importDiary(
  { call }: Pick<Calls, 'call'>,
  lines: AsyncIterable<string> | Iterable<string>,
  { name, onProgress, ...options }: ImportOptions = {},
): Promise<Schemas['ImportReport']> {
  const importId = asUuid(randomHex());
  let diaryId: string | undefined;
  let first = 1;
  let part: string[] = [];
  let characters = 0;
  const sendPart = async (isLast: boolean) => {
    if (diaryId === undefined) throw new MoltnetError('InvalidInput', 'The bundle is empty.');
    const body = { importId, first, lines: part, isLast, ...(name !== undefined && { name }) };
    const answer = await call('importDiary', { path: { diaryId }, body }, options);
    first += part.length;
    onProgress?.(first - 1);
    part = [];
    characters = 0;
    return answer;
  };
  for await (const line of lines) {
    diaryId ??= readDiaryId(line);
    if (part.length === PART_LINES || characters + line.length > PART_CHARACTERS)
      if (part.length > 0) await sendPart(false);
    part.push(line);
    characters += line.length;
  }
  return (await sendPart(true)) as Schemas['ImportReport'];
}

function readDiaryId(line: string): string {
  try {
    const { diaryId } = JSON.parse(line) as { diaryId?: unknown };
    if (typeof diaryId === 'string') return diaryId;
  } catch {
    // Said below.
  }
  throw new MoltnetError('InvalidInput', 'The first line does not name a diary: this is no bundle.');
}

/** 128 random bits as a UUID of version 8, whose bits are anybody's. */
function asUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
