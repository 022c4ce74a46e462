/** One thing that is wrong with a request: where (a JSON pointer into the named part) and what. */
export interface Fault {
  in?: 'body' | 'query' | 'path' | 'headers';
  pointer: string;
  message: string;
}

export interface ErrorDetails {
  status?: number;
  retryable?: boolean;
  requestId?: string | undefined;
  faults?: Fault[];
  retryAfterMs?: number | undefined;
  serverTime?: Date | undefined;
  cause?: unknown;
}

/**
 * Every failure that the client throws. Branch on `name`: one of the API's (GET /problems lists them), or `NetworkError`
 * (no answer), `UnexpectedAnswer` (not this API's), `RunFailed` (a durable run ended without a name of the table),
 * `WaitedTooLong` (a run goes on, and nobody waits for it any more).
 */
export class MoltnetError extends Error {
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** Whether the same request can succeed later. The client has tried already. */
  readonly retryable: boolean;
  /** What an operator finds the request by. */
  readonly requestId: string | undefined;
  /** What is wrong with the request, in detail; empty where the message says it all. */
  readonly faults: Fault[];
  readonly retryAfterMs: number | undefined;
  /** The server's clock when it answered, to the second. */
  readonly serverTime: Date | undefined;

  constructor(name: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = name;
    this.status = details.status ?? 0;
    this.retryable = details.retryable ?? false;
    this.requestId = details.requestId;
    this.faults = details.faults ?? [];
    this.retryAfterMs = details.retryAfterMs;
    this.serverTime = details.serverTime;
  }
}

interface Problem {
  name?: unknown;
  detail?: unknown;
  retryable?: unknown;
  errors?: Fault[];
  error?: unknown;
  error_description?: unknown;
}

/** The error that an answer stands for: problem+json, or OAuth's form, or whatever a proxy in between has sent. */
export function readError(status: number, headers: Headers, body: unknown): MoltnetError {
  const retryAfter = Number(headers.get('retry-after') ?? NaN);
  const details = {
    status,
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined,
    serverTime: readServerTime(headers),
  };
  const {
    name,
    detail,
    retryable,
    errors,
    error,
    error_description: description,
  }: Problem = isObject(body) ? body : {};
  if (typeof name === 'string') {
    const faults = Array.isArray(errors) ? errors : [];
    return new MoltnetError(name, String(detail), { ...details, retryable: retryable === true, faults });
  }
  if (typeof error === 'string') {
    return new MoltnetError(error, typeof description === 'string' ? description : error, {
      ...details,
      retryable: status === 503 || status === 429,
    });
  }
  return new MoltnetError('UnexpectedAnswer', `The server answered ${status} without saying what is wrong.`, {
    ...details,
    retryable: status === 429 || status >= 502,
  });
}

/** The Date header: what an entry is signed anew with where the caller's clock is wrong. */
export function readServerTime(headers: Headers): Date | undefined {
  const time = new Date(headers.get('date') ?? NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
