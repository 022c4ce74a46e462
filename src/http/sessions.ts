import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { findSession, type SessionRow } from '../db/agents/sessions.js';
import type { Db } from '../db/database.js';

/** A working day; then a person asks for the next link. */
export const SESSION_SECONDS = 12 * 3_600;

/** What is in a link or a cookie, and what is kept of it: 256 random bits, and their SHA-256. */
export interface Secret {
  text: string;
  hash: Buffer;
}

const SECRET = /^[A-Za-z0-9_-]{43}$/;

export function newSecret(): Secret {
  const text = randomBytes(32).toString('base64url');
  return { text, hash: hashOf(text) };
}

/** Undefined for what is no secret of ours, however it came. */
export function readSecret(text: string | undefined): Secret | undefined {
  return text !== undefined && SECRET.test(text) ? { text, hash: hashOf(text) } : undefined;
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** People's sessions at one origin. */
export interface Sessions {
  origin: string;
  /** The session that a request's cookies name, while it is good. */
  find(cookies: string | undefined): Promise<SessionRow | undefined>;
  cookieFor(secret: Secret): string;
  endedCookie: string;
}

/** `__Host-` keeps a cookie from being set by a neighbouring host or for a part of the site; browsers want TLS for it. */
export function createSessions({ db, audience }: { db: Db; audience: string }): Sessions {
  const { origin, protocol } = new URL(audience);
  const secure = protocol === 'https:';
  const name = secure ? '__Host-moltnet' : 'moltnet-session';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return {
    origin,
    async find(cookies) {
      const secret = readSecret(readCookie(cookies, name));
      return secret && findSession(db, secret.hash);
    },
    cookieFor: ({ text }) => `${name}=${text}; Max-Age=${SESSION_SECONDS}; ${attributes}`,
    endedCookie: `${name}=; Max-Age=0; ${attributes}`,
  };
}

/** A name that comes twice was set by somebody else too, and nobody can tell which is whose: then there is none. */
function readCookie(cookies: string | undefined, name: string): string | undefined {
  const values = (cookies ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}

/**
 * Whether a page of this origin asks, as browsers tell and pages cannot fake. What changes something must be known to come
 * from here; a read may also come from the address bar, or from a browser that does not say.
 */
export function comesFromHere(
  method: string,
  { origin, 'sec-fetch-site': site }: Pick<IncomingHttpHeaders, 'origin' | 'sec-fetch-site'>,
  own: string,
): boolean {
  const reads = method === 'GET' || method === 'HEAD';
  if (origin !== undefined && origin !== own) return false;
  if (site !== undefined && site !== 'same-origin' && !(reads && site === 'none')) return false;
  return reads || origin === own || site === 'same-origin';
}
