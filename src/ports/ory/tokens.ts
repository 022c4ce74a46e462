import type { OAuth2Api } from '@ory/client';
import { z } from 'zod';
import { AppError } from '../../errors.js';
import { OAUTH_ERRORS, type OAuthRefusal, type OAuthTokens } from '../identity.js';
import type { AxiosInstance, RawAxiosRequestConfig } from './axios.js';
import type { Call } from './call.js';

const issued = z.object({
  access_token: z.string().min(1),
  expires_in: z.number(),
  scope: z.string().default(''),
  token_type: z.string().regex(/^bearer$/i),
});
const introspected = z.union([
  z.object({ active: z.literal(false) }),
  z.object({
    active: z.literal(true),
    client_id: z.string(),
    exp: z.number(),
    scope: z.string().default(''),
    aud: z.array(z.string()).nullish(),
    ext: z.record(z.string(), z.unknown()).nullish(),
  }),
]);
const refusal = z.object({ error: z.enum(OAUTH_ERRORS) });
const nothing = z.unknown();
const REFUSALS = [400, 401];

/** Only the code is taken over: descriptions of another service never reach our callers. */
function readRefusal(raw: unknown): OAuthRefusal {
  const parsed = refusal.safeParse(raw);
  if (parsed.success) return { refused: parsed.data.error };
  throw new AppError('IdentityUnavailable', 'The identity service refused without an OAuth2 error.');
}

export function createTokens({
  hydra,
  http,
  publicUrl,
  call,
}: {
  hydra: OAuth2Api;
  http: AxiosInstance;
  publicUrl: string;
  call: Call;
}): OAuthTokens {
  /** The client library knows these two endpoints without scope, audience and client_secret, so the form is made here. */
  const postForm = (path: string, fields: Record<string, string>) => (options: RawAxiosRequestConfig) =>
    http.post<unknown>(new URL(path, publicUrl).href, new URLSearchParams(fields), options);

  return {
    async issue({ clientId, clientSecret, scope, audience }) {
      const answer = await call(
        { name: 'oauth2TokenExchange', shape: issued, alsoExpected: REFUSALS, publicEndpoint: true },
        postForm('/oauth2/token', {
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
          ...(scope ? { scope } : {}),
          ...(audience.length > 0 ? { audience: audience.join(' ') } : {}),
        }),
      );
      if (!answer.ok) return readRefusal(answer.raw);
      const { access_token: accessToken, expires_in: expiresIn, scope: granted } = answer.body;
      return { accessToken, expiresIn, scope: granted };
    },
    async introspect(token) {
      const answer = await call({ name: 'introspectOAuth2Token', shape: introspected }, (options) =>
        hydra.introspectOAuth2Token({ token }, options),
      );
      if (!answer.ok || !answer.body.active) return undefined;
      const { client_id: clientId, exp: expiresAt, scope, aud, ext } = answer.body;
      return { clientId, expiresAt, scope, audience: aud ?? [], ext: ext ?? {} };
    },
    async revoke({ clientId, clientSecret, token }) {
      const answer = await call(
        { name: 'revokeOAuth2Token', shape: nothing, alsoExpected: REFUSALS, publicEndpoint: true },
        postForm('/oauth2/revoke', { client_id: clientId, client_secret: clientSecret, token }),
      );
      return answer.ok ? 'revoked' : readRefusal(answer.raw);
    },
    async revokeAll(clientId) {
      await call({ name: 'deleteOAuth2Token', shape: nothing }, (options) =>
        hydra.deleteOAuth2Token({ clientId }, options),
      );
    },
  };
}
