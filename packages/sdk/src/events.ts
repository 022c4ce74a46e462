import { MoltnetError, readError } from './error.js';
import { toRequest } from './request.js';
import { pause, type Transport } from './transport.js';
import type { Schemas } from './types.js';

export interface EventOptions {
  /** The `pos` of the last event that was seen, to go on after it; 0 for all there are. Begins now when absent. */
  after?: number;
  /** Ends the stream: the generator throws the signal's reason. */
  signal?: AbortSignal;
}

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;
/** The server says something every 15 s: a connection this silent is dead, though nobody has said so. */
const MAX_SILENCE_MS = 45_000;

/**
 * What happens in the caller's diaries, as it happens and for as long as the caller reads: each event once and in order,
 * through lost connections and restarts of the server. Throws what a later attempt cannot change.
 */
export async function* followEvents(
  transport: Transport,
  { after, signal }: EventOptions = {},
): AsyncGenerator<Schemas['Event']> {
  let lastId = after === undefined ? undefined : String(after);
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    try {
      for await (const { id, data } of readStream(transport, lastId, signal)) {
        pauseMs = FIRST_PAUSE_MS;
        lastId = id ?? lastId;
        if (data !== undefined) yield JSON.parse(data) as Schemas['Event'];
      }
    } catch (error) {
      if (!(error instanceof MoltnetError) || !error.retryable) throw error;
      pauseMs = Math.min(Math.max(pauseMs * 2, error.retryAfterMs ?? 0), MAX_PAUSE_MS);
    }
    await pause(pauseMs, signal);
  }
}

interface Message {
  id: string | undefined;
  data: string | undefined;
}

/** One connection's messages until either side ends it; a connection that breaks ends like one that is closed. */
async function* readStream(
  transport: Transport,
  lastId: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Message> {
  const silence = new AbortController();
  const request = toRequest(
    'streamEvents',
    { headers: { Accept: 'text/event-stream', ...(lastId !== undefined && { 'Last-Event-ID': lastId }) } },
    { signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal },
  );
  const giveUp = () =>
    silence.abort(new MoltnetError('NetworkError', 'The event stream is silent.', { retryable: true }));
  let timer = setTimeout(giveUp, MAX_SILENCE_MS);
  try {
    const response = await transport.open(request);
    if (!response.ok || !response.body) throw readError(response.status, response.headers, await readProblem(response));
    let rest = '';
    for await (const chunk of chunksOf(response.body, signal)) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, MAX_SILENCE_MS);
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      yield* blocks.map(toMessage);
    }
  } finally {
    clearTimeout(timer);
    // Whoever stops reading closes the connection.
    silence.abort();
  }
}

async function* chunksOf(body: ReadableStream<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } catch {
    signal?.throwIfAborted();
  }
}

function toMessage(block: string): Message {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  return { id: field('id'), data: field('data') };
}

async function readProblem(response: Response): Promise<unknown> {
  return response.json().catch(() => undefined) as Promise<unknown>;
}
