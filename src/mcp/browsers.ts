import type { RequestHandler } from 'express';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

const ALLOWED_HEADERS =
  'Authorization, Content-Type, Last-Event-ID, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Mcp-Session-Id';
const PREFLIGHT_MAX_AGE_S = '3600';

/** The names under which this server may be asked: its public one, and this machine's for who is on it. */
export function allowedHosts(resource: URL): string[] {
  return [...new Set([resource.hostname, ...LOOPBACK_NAMES])];
}

/**
 * A page in a browser may ask only from an origin that is listed, or from this server's own: any other, also `null`, is
 * refused before anything is looked at. Programs send no Origin. The listed ones get what CORS needs.
 */
export function checkOrigin(origins: readonly string[], resource: URL): RequestHandler {
  const allowed = new Set([...origins, resource.origin]);
  return (request, response, next) => {
    response.vary('Origin');
    const origin = request.get('origin');
    if (origin === undefined) return next();
    if (!allowed.has(origin)) {
      const message = 'Pages of this origin may not ask here. Add it to CORS_ORIGINS if they should.';
      return void response.status(403).json({ jsonrpc: '2.0', error: { code: -32000, message }, id: null });
    }
    response.set('Access-Control-Allow-Origin', origin);
    response.set('Access-Control-Expose-Headers', 'WWW-Authenticate, Mcp-Session-Id, Retry-After');
    if (request.method !== 'OPTIONS') return next();
    response.set('Access-Control-Allow-Methods', 'GET, POST, DELETE');
    response.set('Access-Control-Allow-Headers', ALLOWED_HEADERS);
    response.set('Access-Control-Max-Age', PREFLIGHT_MAX_AGE_S);
    response.status(204).end();
  };
}
