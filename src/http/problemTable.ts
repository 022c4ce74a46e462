import type { ErrorName } from '../errors.js';

/** The title of each failure in problem+json: the same words for every occurrence, as RFC 9457 asks. */
export const TITLES: Record<ErrorName, string> = {
  InvalidInput: 'The request is not valid',
  ClockSkew: 'Signed for another time than now',
  Unauthenticated: 'Who are you?',
  Forbidden: 'Not allowed',
  NotFound: 'Not found',
  MethodNotAllowed: 'The resource does not take this method',
  NotAcceptable: 'The resource has no such representation',
  RequestTimedOut: 'The request took too long to arrive',
  Conflict: 'In conflict with the present state',
  NotLoggedYet: 'Not in the log yet',
  EntrySigned: 'A signed entry does not change',
  Gone: 'Deleted',
  VersionMismatch: 'Changed by someone else in the meantime',
  TooLarge: 'Too large',
  UnsupportedMediaType: 'The body has a media type that is not taken here',
  IdempotencyKeyReused: 'The Idempotency-Key belongs to another request',
  PreconditionRequired: 'If-Match is required',
  HeadersTooLarge: 'The headers are too large',
  TooManyRequests: 'Too many requests',
  DatabaseUnavailable: 'The database does not answer',
  IdentityUnavailable: 'The identity server does not answer',
  EmbedderUnavailable: 'The embedding model is not available',
  EmbeddingFailed: 'The text could not be embedded',
  StartTimedOut: 'The outcome is not known yet',
  Stopping: 'The server is stopping',
  LogDamaged: 'The log has been damaged',
  InternalError: 'Unexpected failure',
  Misconfigured: 'The service is misconfigured',
};

/** What a caller does about it; shown on /problems. */
export const REMEDIES: Record<ErrorName, string> = {
  InvalidInput: 'Correct the fields that `errors` points at. Sending the same again fails again.',
  ClockSkew: 'Sign anew with the time of the answer (its Date header) and send that; the entry was not stored.',
  Unauthenticated:
    'Send `Authorization: Bearer <token>`; get one from POST /oauth2/token. Tokens expire: get a new one.',
  Forbidden: 'The caller is known, and this is not theirs to do. Ask the owner of the diary for access.',
  NotFound: 'Check the address and the id. What the caller may not read answers exactly like what is not there.',
  MethodNotAllowed: 'Use one of the methods in the `Allow` header.',
  NotAcceptable: 'Drop the Accept header, or ask for application/json.',
  RequestTimedOut: 'Send the request again, faster: a body must arrive within a minute.',
  Conflict: 'Read the resource again and decide anew.',
  NotLoggedYet: 'Ask again after `Retry-After`: the log is signed within seconds of a write.',
  EntrySigned:
    'Send a signed `successor` with the edit, as the SDK does where it has the key; or write a new entry and let it supersede this one (POST /entries/{id}/relations).',
  Gone: 'The resource was deleted and its id is never used again.',
  VersionMismatch: 'Read the resource again, apply the change to what is there now, and send its new ETag as If-Match.',
  TooLarge: 'Send less at once: a body has at most 5 MB, a batch at most 500 entries.',
  UnsupportedMediaType: 'Send JSON with `Content-Type: application/json` (UTF-8, gzip or brotli or plain).',
  IdempotencyKeyReused:
    'Use a new Idempotency-Key for a new request; repeat the old request exactly to see its outcome.',
  PreconditionRequired: 'Read the resource and send its ETag as `If-Match`.',
  HeadersTooLarge: 'Send fewer or shorter headers: 16 KB in all.',
  TooManyRequests: 'Wait as long as `Retry-After` says, then send the same request again.',
  DatabaseUnavailable: 'Send the same request again in a few seconds, with the same Idempotency-Key.',
  IdentityUnavailable: 'Send the same request again in a few seconds.',
  EmbedderUnavailable: 'Entries are kept and embedded later; search by words works. Send the same request again later.',
  EmbeddingFailed: 'An operator looks at the run and retries it; the entry itself is stored.',
  StartTimedOut:
    'The change may still happen. Send the same request with the same Idempotency-Key to get its outcome, or read the resource.',
  Stopping: 'Send the same request again in a few seconds: another process takes it, or this one after its restart.',
  LogDamaged: 'An operator looks at the component `log` of /health/ready; docs/log.md says what to do.',
  InternalError: 'Send the same request again once. If it fails again, give the requestId to an operator.',
  Misconfigured: 'An operator reads the start-up messages: they name the setting and the remedy.',
};
