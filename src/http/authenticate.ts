import type { KeyObject } from 'node:crypto';
import type { Request } from 'express';
import { findPrincipals, readDatabaseTime, useAssertion, type PrincipalRow } from '../db/agents/principals.js';
import type { Db } from '../db/database.js';
import { AppError } from '../errors.js';
import { ASSERTION } from '../rules/assertion.js';
import type { Identity } from '../ports/identity.js';
import { isAssertion, verifyAssertion } from './assertion.js';
import type { Authenticate, Principal } from './principal.js';
import { createPrincipalReader } from './principalReader.js';
import type { RateLimits } from './rateLimits.js';
import { comesFromHere, type Sessions } from './sessions.js';
import { TokenCache, type KnownToken } from './tokenCache.js';

export interface AuthenticatorOptions {
  db: Db;
  identity: Pick<Identity, 'tokens'>;
  /** This API, as its tokens name it. */
  audience: string;
  /** The public key of the MCP server; without it no assertion is taken. */
  assertionKey?: KeyObject | undefined;
  /** People's; without them no cookie is looked at. */
  sessions?: Sessions;
  rateLimits?: Pick<RateLimits, 'fault' | 'refuseBlocked'>;
}

/** RFC 6750 2.1; 4 KB is more than any token of ours or of Ory's, JWTs included. */
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]{1,4096}=*)$/i;

/**
 * Who a request comes from: the bearer of an access token made for this API, the MCP server, which says in a signed
 * assertion whom it acts for, or a person whose browser brings a session's cookie, from a page of ours. A token is looked up at the identity service, and the answer kept for a minute; the agent is
 * read from the database for each request, so that what ends here (a rotation, a revocation, a disabled agent) ends at
 * once in every process.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const { db, identity, audience, assertionKey, rateLimits, sessions } = options;
  const readAgent = createPrincipalReader((ids) => findPrincipals(db, ids));
  const cache = new TokenCache(async (token) => {
    // Before the question: what changes after this moment may be missing in the answer.
    const askedAt = await readDatabaseTime(db);
    return { token: await identity.tokens.introspect(token), askedAt };
  });

  /** Who has brought too many unknown tokens makes us ask for no other; what is known by now goes on working. */
  async function lookUp(token: string, ip: string): Promise<KnownToken> {
    if (!cache.has(token)) rateLimits?.refuseBlocked('unknownToken', { ip });
    const known = await cache.find(token);
    if (!known.token) await rateLimits?.fault('unknownToken', { ip });
    return known;
  }

  async function byToken(token: string, ip: string): Promise<Principal> {
    const known = await lookUp(token, ip);
    const agent = await readAgent(clientOf(known));
    if (agent && isStale(known, agent)) clientOf(await cache.renew(token, agent.authEpoch));
    return toPrincipal(agent);
  }

  function clientOf({ token }: KnownToken): string {
    if (!token) throw invalidToken('The token is unknown, expired or revoked. Get a new one from POST /oauth2/token.');
    if (token.audience.includes(audience)) return token.clientId;
    throw invalidToken(`The token was made for another resource. Ask for one with resource=${audience}.`);
  }

  async function byAssertion(token: string): Promise<Principal> {
    const assertion = assertionKey && (await verifyAssertion(token, assertionKey, audience));
    if (!assertion) throw invalidToken('The assertion is not valid for this API.');
    const lately = ASSERTION.epochNeededSeconds;
    const { fresh, changedLately, agent } = await useAssertion(db, { ...assertion, lately });
    if (!fresh) throw invalidToken('The assertion was used before: make one for each request.');
    const principal = toPrincipal(agent);
    const outdated = assertion.epoch === undefined ? changedLately : assertion.epoch !== agent?.authEpoch;
    if (agent && outdated) throw outdatedAssertion(agent);
    return principal;
  }

  return async (request) => {
    const header = request.headers.authorization;
    if (header === undefined) {
      const person = sessions && (await bySession(request, sessions));
      if (person) return person;
      throw new AppError('Unauthenticated', 'Send Authorization: Bearer with a token from POST /oauth2/token.');
    }
    const token = BEARER.exec(header)?.[1];
    if (token === undefined) throw invalidToken('The Authorization header is not a bearer token.');
    return isAssertion(token) ? byAssertion(token) : byToken(token, request.ip ?? '');
  };
}

async function bySession(request: Request, sessions: Sessions): Promise<Principal | undefined> {
  const session = await sessions.find(request.headers.cookie);
  if (!session) return undefined;
  if (!comesFromHere(request.method, request.headers, sessions.origin)) {
    throw new AppError('Forbidden', `A session is for pages of ${sessions.origin}, and this comes from elsewhere.`);
  }
  const { agentId, keyId, signingKeyId, fingerprint, role, sessionId } = session;
  return { agentId, keyId, signingKeyId, fingerprint, role, clientId: agentId, sessionId };
}

/**
 * Whether something about the agent's credentials has changed since the identity service was asked. The first comparison
 * is by the database's time, since nobody knows the agent before the answer; later ones by the epoch that it was good for.
 */
function isStale(known: KnownToken, agent: PrincipalRow): boolean {
  const stale =
    known.authEpoch === undefined ? agent.authChangedAt >= known.askedAt : agent.authEpoch !== known.authEpoch;
  if (!stale) known.authEpoch = agent.authEpoch;
  return stale;
}

function toPrincipal(agent: PrincipalRow | undefined): Principal {
  if (!agent || agent.disabledAt) throw invalidToken('The agent of this token is not known here, or is disabled.');
  const { id, keyId, signingKeyId, fingerprint, role } = agent;
  return { agentId: id, keyId, signingKeyId, fingerprint, role, clientId: id };
}

/**
 * What the MCP server knows of its caller's token may be older than the last change of the agent's credentials. It asks the
 * identity service again, and then asserts the epoch that it is told here: whatever ended before has ended in that answer.
 */
function outdatedAssertion({ authEpoch }: PrincipalRow): AppError {
  const error = invalidToken("The agent's credentials have changed: look up its token again.");
  Object.assign(error.headers, { [ASSERTION.epochHeader]: String(authEpoch) });
  return error;
}

/** RFC 6750 3.1: the code tells a client to get another token, and not to ask a person. */
function invalidToken(message: string): AppError & { headers: Record<string, string> } {
  const headers: Record<string, string> = { 'WWW-Authenticate': 'Bearer realm="moltnet", error="invalid_token"' };
  return Object.assign(new AppError('Unauthenticated', message), { headers });
}
