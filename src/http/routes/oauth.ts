import { z } from 'zod';
import { raiseAuthEpoch } from '../../db/agents/principals.js';
import { findSecretInGrace } from '../../db/agents/secrets.js';
import type { Db } from '../../db/database.js';
import type { ClientSecret, Identity, OAuthErrorCode, OAuthRefusal } from '../../ports/identity.js';
import { readClientCredentials } from '../../rules/clientCredentials.js';
import { oauthError, renderOAuthError } from '../../rules/oauthError.js';
import { sameSecret } from '../../rules/sameSecret.js';
import { defineRoute, type Route } from '../route.js';

const authorization = z.object({
  Authorization: z.string().optional().meta({ description: 'HTTP Basic, where the credentials are not in the form.' }),
});
const credentials = { client_id: z.string().optional(), client_secret: z.string().optional() };

const TokenRequest = z.object({
  grant_type: z.string().optional(),
  scope: z.string().optional(),
  resource: z.string().optional().meta({ description: 'RFC 8707: what the token is for; this API by default.' }),
  audience: z.string().optional().meta({ description: 'The same, for clients that know this name only.' }),
  ...credentials,
});
const TokenAnswer = z
  .object({ access_token: z.string(), token_type: z.literal('bearer'), expires_in: z.number(), scope: z.string() })
  .meta({ id: 'Token' });
const RevokeRequest = z.object({
  token: z.string().optional(),
  token_type_hint: z.string().optional(),
  ...credentials,
});
const Metadata = z
  .object({
    issuer: z.string(),
    token_endpoint: z.string(),
    revocation_endpoint: z.string(),
    grant_types_supported: z.array(z.string()),
    response_types_supported: z.array(z.string()),
    token_endpoint_auth_methods_supported: z.array(z.string()),
    revocation_endpoint_auth_methods_supported: z.array(z.string()),
    scopes_supported: z.array(z.string()),
    service_documentation: z.string(),
  })
  .meta({ id: 'AuthorizationServerMetadata' });

/** Above the port's own 12 s, so that its answer and not ours tells what is wrong. */
const DEADLINE_MS = 15_000;

/** The identity service's codes, in our words: nothing of its bodies is passed on. */
const DESCRIPTIONS: Record<OAuthErrorCode, string> = {
  invalid_client: 'The client is unknown, or the secret is wrong',
  invalid_grant: 'The grant is not valid',
  invalid_request: 'The request is malformed',
  invalid_scope: 'The client may not have this scope',
  invalid_target: 'Tokens for this resource are not given here',
  unauthorized_client: 'The client may not use this grant',
  unsupported_grant_type: 'Only client_credentials is supported',
};

function refuse(code: OAuthErrorCode): Error {
  return oauthError(code, DESCRIPTIONS[code]);
}

export interface OAuthOptions {
  db: Db;
  identity: Pick<Identity, 'tokens'>;
  /** Where this API is reached from outside: the issuer of its metadata and the audience of its tokens. */
  audience: string;
  tokenAudiences: string[];
  clientSecret: (agentId: string, epoch: number) => string;
}

/**
 * What the identity service says to these credentials, or to the present ones where the given secret is a former one in its
 * grace. That service knows the present secret only: so the grace is exactly as long as was said, begins in the moment of
 * the rotation, and needs nobody to end it.
 */
async function withGrace<T>(
  { db, clientSecret }: Pick<OAuthOptions, 'db' | 'clientSecret'>,
  given: ClientSecret,
  ask: (credentials: ClientSecret) => Promise<T | OAuthRefusal>,
): Promise<T | OAuthRefusal> {
  const answer = await ask(given);
  if (!isRefused(answer) || answer.refused !== 'invalid_client') return answer;
  const inGrace = await findSecretInGrace(db, given.clientId);
  const secretOf = (epoch: number) => clientSecret(given.clientId, epoch);
  if (!inGrace || !sameSecret(given.clientSecret, secretOf(inGrace.formerEpoch))) return answer;
  return ask({ ...given, clientSecret: secretOf(inGrace.secretEpoch) });
}

function isRefused(answer: unknown): answer is OAuthRefusal {
  return typeof answer === 'object' && answer !== null && 'refused' in answer;
}

/** The token endpoint, the revocation endpoint and the metadata, as agents see them. */
export function oauthRoutes(options: OAuthOptions): Route[] {
  return [tokenRoute(options), revokeRoute(options), metadataRoute(options)];
}

/**
 * The identity service behind it knows `audience` and not `resource`, and takes the secret in the form only; here both ways
 * of RFC 6749 and RFC 8707 work.
 */
function tokenRoute(options: OAuthOptions): Route {
  const { identity, audience, tokenAudiences } = options;
  /** A client that normalises URLs sends an origin with a slash at its end. */
  const toAudience = (asked: string): string => {
    const known = tokenAudiences.find((one) => asked === one || asked === `${one}/`);
    if (known === undefined) throw refuse('invalid_target');
    return known;
  };

  return defineRoute({
    method: 'post',
    path: '/oauth2/token',
    operationId: 'issueToken',
    summary: 'Gives an access token for client credentials',
    tags: ['oauth2'],
    access: 'public',
    limit: 'token',
    bodyType: 'form',
    deadlineMs: DEADLINE_MS,
    headers: authorization,
    body: TokenRequest,
    problems: ['Unauthenticated', 'IdentityUnavailable'],
    renderError: renderOAuthError,
    responses: { 200: { description: 'The token, good for an hour.', schema: TokenAnswer } },
    handler: async ({ body, headers }) => {
      const { clientId, clientSecret } = readClientCredentials(headers.Authorization, body);
      if (body.grant_type === undefined) throw refuse('invalid_request');
      if (body.grant_type !== 'client_credentials') throw refuse('unsupported_grant_type');
      const asked = [body.resource ?? '', ...(body.audience ?? '').split(' ')].filter((one) => one !== '');
      const wanted = {
        audience: asked.length > 0 ? asked.map(toAudience) : [audience],
        ...(body.scope === undefined ? {} : { scope: body.scope }),
      };
      const issued = await withGrace(options, { clientId, clientSecret }, (credentials) =>
        identity.tokens.issue({ ...credentials, ...wanted }),
      );
      if ('refused' in issued) throw refuse(issued.refused);
      const { accessToken: access_token, expiresIn: expires_in, scope } = issued;
      return { status: 200, body: { access_token, token_type: 'bearer' as const, expires_in, scope } };
    },
  });
}

function revokeRoute(options: OAuthOptions): Route {
  const { db, identity } = options;
  return defineRoute({
    method: 'post',
    path: '/oauth2/revoke',
    operationId: 'revokeToken',
    summary: 'Ends an access token at once, everywhere',
    tags: ['oauth2'],
    access: 'public',
    limit: 'token',
    bodyType: 'form',
    deadlineMs: DEADLINE_MS,
    headers: authorization,
    body: RevokeRequest,
    problems: ['Unauthenticated', 'IdentityUnavailable'],
    renderError: renderOAuthError,
    responses: { 200: { description: 'It is not valid any more, if it ever was.' } },
    handler: async ({ body, headers }) => {
      const { clientId, clientSecret } = readClientCredentials(headers.Authorization, body);
      const { token } = body;
      if (token === undefined) throw refuse('invalid_request');
      const outcome = await withGrace(options, { clientId, clientSecret }, (credentials) =>
        identity.tokens.revoke({ ...credentials, token }),
      );
      if (outcome !== 'revoked') throw refuse(outcome.refused);
      await raiseAuthEpoch(db, clientId);
      return { status: 200 };
    },
  });
}

function metadataRoute({ audience }: OAuthOptions): Route {
  const methods = ['client_secret_basic', 'client_secret_post'];
  return defineRoute({
    method: 'get',
    path: '/.well-known/oauth-authorization-server',
    operationId: 'getAuthorizationServerMetadata',
    summary: 'Where and how to get tokens (RFC 8414)',
    tags: ['oauth2'],
    access: 'public',
    responses: { 200: { description: 'The metadata.', schema: Metadata } },
    handler: () => ({
      status: 200,
      body: {
        issuer: audience,
        token_endpoint: `${audience}/oauth2/token`,
        revocation_endpoint: `${audience}/oauth2/revoke`,
        grant_types_supported: ['client_credentials'],
        response_types_supported: [],
        token_endpoint_auth_methods_supported: methods,
        revocation_endpoint_auth_methods_supported: methods,
        scopes_supported: ['agent'],
        service_documentation: `${audience}/docs`,
      },
    }),
  });
}
