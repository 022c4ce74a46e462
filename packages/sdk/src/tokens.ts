import { isObject, MoltnetError } from './error.js';

/** Gives the token for one attempt of a request; `refused` is the one that the server has just refused. */
export type GetToken = (refused?: string) => Promise<string | undefined> | string | undefined;

export interface Credentials {
  clientId: string;
  clientSecret: string;
  /** What the token is for, if not the API itself (RFC 8707). */
  audience?: string | undefined;
}

/** Sends a form to the token endpoint and gives the answer's body; throws what the endpoint refuses. */
export type PostForm = (path: string, form: Record<string, string>) => Promise<unknown>;

/** A token this close to its end is not used any more: a request may be on its way for as long. */
const MARGIN_MS = 30_000;

/** Keeps an access token, gets the next one in time or when the server refuses it, and one at a time. */
export function createTokenSource({ clientId, clientSecret, audience }: Credentials, post: PostForm): GetToken {
  let current: { token: string; until: number } | undefined;
  let getting: Promise<string> | undefined;

  async function get(): Promise<string> {
    const answer = await post('/oauth2/token', {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      ...(audience !== undefined && { resource: audience }),
    });
    if (!isObject(answer) || typeof answer['access_token'] !== 'string') {
      throw new MoltnetError('UnexpectedAnswer', 'The token endpoint answered without a token: is baseUrl the API?');
    }
    const lifetimeMs = Number(answer['expires_in'] ?? 0) * 1000;
    current = { token: answer['access_token'], until: Date.now() + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 2) };
    return current.token;
  }

  return (refused) => {
    if (current && current.token !== refused && Date.now() < current.until) return current.token;
    getting ??= get().finally(() => (getting = undefined));
    return getting;
  };
}
