import { createClient } from '@moltnet/sdk';
import { addressKey, isLoopback } from './http/address.js';
import { tooMany } from './http/rateLimits.js';
import { TokenCache, type KnownToken } from './http/tokenCache.js';
import { WindowCounter } from './http/windowCounter.js';
import type { TokenAccess } from './mcp/app.js';
import type { AssertAgent } from './mcp/assertions.js';
import type { FindToken, Standing } from './mcp/bearer.js';
import { TradedTokens, type TradeLimits } from './mcp/clientCredentials.js';
import type { Identity } from './ports/identity.js';
import { ASSERTION } from './rules/assertion.js';

/** How the MCP server learns who asks, and how it asks the API for them. */

const WINDOW_S = 60;
/** So many unknown tokens may come from an address in a minute; then the identity service is asked for no other. */
const MAX_UNKNOWN_TOKENS = 60;
/** Refused trades in a minute: of one client from one address, and of all clients from it. */
const MAX_REFUSED = 10;
const MAX_REFUSED_OF_ADDRESS = 60;

/** `freeLoopback`: whether this machine's own programs may bring as many unknown tokens as they like. */
export function createTokenFinder(
  identity: Pick<Identity, 'tokens'>,
  { freeLoopback }: { freeLoopback: boolean },
): FindToken {
  const cache = new TokenCache(async (token) => ({
    token: await identity.tokens.introspect(token),
    askedAt: new Date(),
  }));
  const unknown = new WindowCounter(WINDOW_S);
  return async (token, ip) => {
    const address = freeLoopback && isLoopback(ip) ? undefined : addressKey(ip);
    if (address !== undefined && !cache.has(token)) {
      const { count, secondsLeft } = unknown.look(address);
      if (count >= MAX_UNKNOWN_TOKENS) throw tooMany('Too many unknown tokens from one address.', secondsLeft);
    }
    const known = await cache.find(token);
    if (known.token) return { ...known.token, standing: createStanding(cache, token, known) };
    if (address !== undefined) unknown.add(address);
    return undefined;
  };
}

function createStanding(cache: TokenCache, token: string, found: KnownToken): Standing {
  let known = found;
  return {
    epoch: () => known.authEpoch,
    async renew(epoch) {
      known = await cache.renew(token, epoch);
      return known.token !== undefined;
    },
  };
}

/**
 * A client of the API for each request. Where the API says that the agent's credentials have changed, its token is looked up
 * again, and the request is sent once more if that is still good.
 */
export function createClientMaker(
  api: { baseUrl: string; retries: number; timeoutMs: number },
  assertAgent: AssertAgent,
): TokenAccess['clientFor'] {
  return (agentId, standing) => {
    let told: number | undefined;
    const hearEpoch: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      const epoch = response.headers.get(ASSERTION.epochHeader);
      if (epoch !== null) told = Number(epoch);
      return response;
    };
    const getToken = async (refused?: string): Promise<string> => {
      const isGood = refused === undefined || (told !== undefined && (await standing.renew(told)));
      return isGood ? assertAgent(agentId, standing.epoch()) : refused;
    };
    return createClient({ ...api, getToken, fetch: hearEpoch });
  };
}

/** Trades client credentials for tokens of the MCP server, with no more scope than agents have. */
export function createCredentialsTrade({ tokens }: Pick<Identity, 'tokens'>, resource: URL): TradedTokens {
  const wanted = { audience: [resource.href], scope: 'agent' };
  return new TradedTokens(
    (clientId, clientSecret) => tokens.issue({ clientId, clientSecret, ...wanted }),
    createTradeLimits(),
  );
}

function createTradeLimits(): TradeLimits {
  const refused = new WindowCounter(WINDOW_S);
  const keysOf = (clientId: string, ip: string): [key: string, max: number][] => [
    [`${addressKey(ip)} ${clientId}`, MAX_REFUSED],
    [addressKey(ip), MAX_REFUSED_OF_ADDRESS],
  ];
  return {
    check(clientId, ip) {
      for (const [key, max] of keysOf(clientId, ip)) {
        const { count, secondsLeft } = refused.look(key);
        if (count >= max) throw tooMany('Client credentials from here were refused too often.', secondsLeft);
      }
    },
    count(clientId, ip) {
      for (const [key] of keysOf(clientId, ip)) refused.add(key);
    },
  };
}
