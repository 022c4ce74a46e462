import type { RequestHandler } from 'express';

const ALLOWED_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Prefer, X-Request-Id';
const EXPOSED_HEADERS =
  'Allow, Date, ETag, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, Workflow-Id, X-Request-Id';
/** Browsers cap it at two hours anyway; one keeps a change of origins from lasting a day. */
const PREFLIGHT_MAX_AGE_S = 3600;

/** Only the origins that are listed, each answered by name: never `*`, and no credentials (tokens travel in headers). */
export function cors(origins: string[]): RequestHandler {
  const allowed = new Set(origins);
  return (request, response, next) => {
    const origin = request.get('origin');
    if (allowed.size > 0) response.vary('Origin');
    if (origin === undefined || !allowed.has(origin)) return next();
    response.set('Access-Control-Allow-Origin', origin);
    response.set('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    if (request.method !== 'OPTIONS' || request.get('access-control-request-method') === undefined) return next();
    response
      .status(204)
      .set({
        'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'Access-Control-Allow-Headers': ALLOWED_HEADERS,
        'Access-Control-Max-Age': String(PREFLIGHT_MAX_AGE_S),
      })
      .end();
  };
}
