/**
 * The failure names: what each means at a door, and whether doing the same again can help. A name survives a durable
 * replay, a class does not: ask `error.name`, never `instanceof`.
 */
export const ERRORS = {
  InvalidInput: { status: 400, retryable: false },
  ClockSkew: { status: 400, retryable: false },
  Unauthenticated: { status: 401, retryable: false },
  Forbidden: { status: 403, retryable: false },
  NotFound: { status: 404, retryable: false },
  MethodNotAllowed: { status: 405, retryable: false },
  NotAcceptable: { status: 406, retryable: false },
  RequestTimedOut: { status: 408, retryable: true },
  Conflict: { status: 409, retryable: false },
  NotLoggedYet: { status: 409, retryable: true },
  EntrySigned: { status: 409, retryable: false },
  Gone: { status: 410, retryable: false },
  VersionMismatch: { status: 412, retryable: false },
  TooLarge: { status: 413, retryable: false },
  UnsupportedMediaType: { status: 415, retryable: false },
  IdempotencyKeyReused: { status: 422, retryable: false },
  PreconditionRequired: { status: 428, retryable: false },
  HeadersTooLarge: { status: 431, retryable: false },
  TooManyRequests: { status: 429, retryable: true },
  DatabaseUnavailable: { status: 503, retryable: true },
  IdentityUnavailable: { status: 503, retryable: true },
  EmbedderUnavailable: { status: 503, retryable: true },
  EmbeddingFailed: { status: 500, retryable: true },
  StartTimedOut: { status: 503, retryable: true },
  Stopping: { status: 503, retryable: true },
  LogDamaged: { status: 500, retryable: false },
  InternalError: { status: 500, retryable: true },
  Misconfigured: { status: 500, retryable: false },
} as const;

export type ErrorName = keyof typeof ERRORS;

/** A failure with a name from the table; `field` points at the input that caused it, as in `entries[3].title`. */
export class AppError extends Error {
  readonly field: string | undefined;

  constructor(name: ErrorName, message: string, options: { cause?: unknown; field?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = name;
    this.field = options.field;
  }
}

/** The table's row for an error, by its name; undefined for a failure that nobody expected. */
export function findErrorKind(failure: unknown): { name: ErrorName; status: number; retryable: boolean } | undefined {
  const error = rootFailure(failure);
  const name = error instanceof Error ? error.name : undefined;
  if (name === undefined || !Object.hasOwn(ERRORS, name)) return undefined;
  return { name: name as ErrorName, ...ERRORS[name as ErrorName] };
}

/** The retry policy of steps: what is not in the table is worth another try. */
export function isRetryable(error: unknown): boolean {
  return findErrorKind(error)?.retryable ?? true;
}

/**
 * The failure itself, where DBOS has wrapped it: a step that used up its attempts fails with an error that lists them,
 * of which the last one says what is wrong now.
 */
export function rootFailure(error: unknown): unknown {
  const attempts = (error as { errors?: unknown } | undefined)?.errors;
  return Array.isArray(attempts) && attempts.length > 0 ? rootFailure(attempts.at(-1)) : error;
}

/** The root failure's words, for rows and logs; of a failed statement the database's words without the statement. */
export function failureMessage(error: unknown): string {
  const root = rootFailure(error);
  if (!(root instanceof Error)) return String(root);
  const { routine, code } = root as { routine?: unknown; code?: unknown };
  const isStatement = typeof routine === 'string' && typeof code === 'string';
  return isStatement ? root.message.slice(root.message.lastIndexOf(' - ') + 1).replace(/^- /, '') : root.message;
}
