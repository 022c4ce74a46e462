import { MoltnetError, readError } from './error.js';
import type { GetToken } from './tokens.js';

export interface TransportOptions {
  /** Where the API is, as `https://api.example.com`. */
  baseUrl: string;
  /** How often a failed request is sent again where that is safe; 4 by default, 0 for never. */
  retries?: number;
  /** For one attempt; 60 s by default, above the 30 s that the server may be asked to wait. */
  timeoutMs?: number;
  /** Instead of the global `fetch`. */
  fetch?: typeof fetch;
}

export interface TransportRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | undefined;
  /** Whether doing it twice does no harm: then it is repeated even where nobody knows what became of it. */
  repeatable: boolean;
  signal?: AbortSignal | undefined;
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

export interface Transport {
  /** Sends and, where it is safe, sends again; throws MoltnetError for what is not a success. */
  send(request: TransportRequest): Promise<RawAnswer>;
  /** One attempt, for answers that are read as they come. */
  open(request: TransportRequest): Promise<Response>;
}

const RETRIES = 4;
const TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 250;
/** Asked to wait longer than this, the caller decides. */
const MAX_PAUSE_MS = 30_000;
/** The server has done nothing about a request that it refused like this. */
const NOT_DONE = new Set(['TooManyRequests', 'Stopping']);

export function createTransport(options: TransportOptions, getToken?: GetToken): Transport {
  const { retries = RETRIES, timeoutMs = TIMEOUT_MS } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const doFetch: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));

  /** One request on the wire; throws NetworkError where there is no answer. */
  async function attempt(
    request: TransportRequest,
    token: string | undefined,
    signal?: AbortSignal,
  ): Promise<Response> {
    const { method, path, headers, body } = request;
    try {
      return await doFetch(baseUrl + path, {
        method,
        headers: { ...headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
        redirect: 'error',
      });
    } catch (error) {
      throw noAnswer(error, request, baseUrl);
    }
  }

  /** As attempt, with a token; one that the server refuses is replaced once. */
  async function open(request: TransportRequest, signal = request.signal): Promise<Response> {
    const token = await getToken?.();
    const response = await attempt(request, token, signal);
    if (response.status !== 401 || token === undefined) return response;
    const renewed = await getToken?.(token);
    if (renewed === undefined || renewed === token) return response;
    await response.body?.cancel();
    return attempt(request, renewed, signal);
  }

  async function sendOnce(request: TransportRequest): Promise<RawAnswer> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const response = await open(request, request.signal ? AbortSignal.any([request.signal, timeout]) : timeout);
    const text = await response.text().catch((error: unknown) => {
      throw noAnswer(error, request, baseUrl);
    });
    const body = parseBody(response, text);
    if (!response.ok) throw readError(response.status, response.headers, body);
    return { status: response.status, headers: response.headers, body };
  }

  async function send(request: TransportRequest): Promise<RawAnswer> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await sendOnce(request);
      } catch (error) {
        const pauseMs = attempts <= retries ? pauseBeforeRetry(error, request, attempts) : undefined;
        if (pauseMs === undefined) throw error;
        await pause(pauseMs, request.signal);
      }
    }
  }

  return { send, open };
}

/** How long to wait before the next attempt; undefined where there should be none. */
function pauseBeforeRetry(error: unknown, request: TransportRequest, attempts: number): number | undefined {
  if (!(error instanceof MoltnetError) || !error.retryable || request.signal?.aborted) return undefined;
  if (!request.repeatable && !NOT_DONE.has(error.name)) return undefined;
  // Spread, so that clients that failed together do not come back together.
  const backoffMs = FIRST_PAUSE_MS * 2 ** (attempts - 1) * (0.5 + Math.random());
  const pauseMs = Math.max(error.retryAfterMs ?? 0, backoffMs);
  return pauseMs <= MAX_PAUSE_MS ? pauseMs : undefined;
}

/** Resolves after a time; rejects with the signal's reason as soon as it aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Throws UnexpectedAnswer for what calls itself JSON and is none. */
function parseBody({ status, headers }: Response, text: string): unknown {
  if (text === '') return undefined;
  if (!/json/.test(headers.get('content-type') ?? '')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const message = `The server answered ${status} with what is no JSON, though it says so.`;
    throw new MoltnetError('UnexpectedAnswer', message, { status, cause });
  }
}

/** A caller who aborts gets their own reason; everything else is the network. */
function noAnswer(error: unknown, { method, path, signal }: TransportRequest, baseUrl: string): unknown {
  if (signal?.aborted) return signal.reason;
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  const why = cause?.code ?? cause?.message ?? message;
  return new MoltnetError('NetworkError', `No answer from ${baseUrl} to ${method} ${path}: ${why}.`, {
    retryable: true,
    cause: error,
  });
}
