import express, { type ErrorRequestHandler, type Request, type Router } from 'express';
import type { Db } from '../../db/database.js';
import { findOAuthClient, type OAuthClientRow } from '../../db/oauthClients.js';
import { deleteClientTokens, deleteOAuthToken, findActiveToken, insertOAuthToken } from '../../db/oauthTokens.js';
import { readClientCredentials, refuseDuplicates, type Form } from '../../rules/clientCredentials.js';
import { oauthError, renderOAuthError } from '../../rules/oauthError.js';
import { sendHydraError } from './answers.js';
import { hashSecret, newSecret, sameSecret } from './secrets.js';

const TOKEN_TTL_SECONDS = 3600;
/** Tells a secret scanner, and a person who finds one in a log, what it is. */
const TOKEN_PREFIX = 'moltnet_at_';
/** Compared with when the client is unknown, so that the time of an answer does not tell which client ids exist. */
const NO_CLIENT = hashSecret(newSecret());

const formBody = express.urlencoded({ extended: false, limit: '16kb' });

function readForm(req: Request): Form {
  if (!req.is('application/x-www-form-urlencoded')) {
    throw oauthError('invalid_request', 'Send the parameters as application/x-www-form-urlencoded');
  }
  const form = (req.body ?? {}) as Form;
  refuseDuplicates(form);
  return form;
}

function words(value: unknown): string[] {
  return typeof value === 'string' ? value.split(' ').filter(Boolean) : [];
}

async function authenticateClient(
  db: Db,
  req: Request,
  form: Form,
): Promise<{ client: OAuthClientRow; secretHash: Buffer }> {
  const given = readClientCredentials(req.get('authorization'), form);
  const client = await findOAuthClient(db, given.clientId);
  const hashes = client ? [client.secret_hash, ...client.rotated_secret_hashes] : [NO_CLIENT];
  const [matching] = hashes.filter((hash) => sameSecret(given.clientSecret, hash));
  if (!client || !matching || client.token_endpoint_auth_method !== given.method) {
    throw oauthError('invalid_client', 'Client authentication failed');
  }
  return { client, secretHash: matching };
}

/** Refuses what Hydra refuses of a client_credentials request. */
function checkGrant(client: OAuthClientRow, form: Form): void {
  if (form['grant_type'] !== 'client_credentials') {
    throw oauthError('unsupported_grant_type', 'Only client_credentials is supported');
  }
  const scopes = words(client.scope);
  if (words(form['scope']).some((scope) => !scopes.includes(scope))) {
    throw oauthError('invalid_scope', 'The client may not request this scope');
  }
  if (words(form['audience']).some((audience) => !client.audience.includes(audience))) {
    throw oauthError('invalid_request', 'The audience is not among those of the client');
  }
}

const sendOAuthError: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (!(error instanceof Error) || !('oauthCode' in error)) return next(error);
  const { status, body, headers = {} } = renderOAuthError(error);
  res.status(status).set(headers).json(body);
};

/** Hydra's public token endpoints. */
export function tokenRoutes(db: Db): Router {
  const router = express.Router();

  router.post('/oauth2/token', formBody, async (req, res) => {
    res.set('Cache-Control', 'no-store');
    const form = readForm(req);
    const { client, secretHash } = await authenticateClient(db, req, form);
    checkGrant(client, form);
    const token = TOKEN_PREFIX + newSecret();
    const scope = words(form['scope']).join(' ');
    const stored = await insertOAuthToken(db, {
      tokenHash: hashSecret(token),
      clientId: client.client_id,
      secretHash,
      scope,
      audience: words(form['audience']),
      ttlSeconds: TOKEN_TTL_SECONDS,
    });
    if (!stored) throw oauthError('invalid_client', 'Client authentication failed');
    res.json({ access_token: token, expires_in: TOKEN_TTL_SECONDS, scope, token_type: 'bearer' });
  });

  router.post('/oauth2/revoke', formBody, async (req, res) => {
    const form = readForm(req);
    const { client } = await authenticateClient(db, req, form);
    const { token } = form;
    if (typeof token !== 'string') throw oauthError('invalid_request', 'token is missing');
    await deleteOAuthToken(db, client.client_id, hashSecret(token));
    res.status(200).end();
  });

  router.use(sendOAuthError);
  return router;
}

/** Hydra's administration of tokens, below /admin/oauth2. */
export function tokenAdminRoutes(db: Db, issuer: () => string): Router {
  const router = express.Router();

  router.post('/introspect', formBody, async (req, res) => {
    const { token } = (req.body ?? {}) as Form;
    if (typeof token !== 'string') return sendHydraError(res, 400, 'invalid_request', 'token is missing');
    const found = await findActiveToken(db, hashSecret(token));
    if (!found) return void res.json({ active: false });
    const { client_id, scope, audience, ext, iat, exp } = found;
    const kind = { token_type: 'Bearer', token_use: 'access_token', iss: issuer() };
    res.json({ active: true, client_id, sub: client_id, scope, aud: audience, ext, iat, nbf: iat, exp, ...kind });
  });

  router.delete('/tokens', async (req, res) => {
    const clientId = req.query['client_id'];
    if (typeof clientId !== 'string') return sendHydraError(res, 400, 'invalid_request', 'client_id is missing');
    await deleteClientTokens(db, clientId);
    res.status(204).end();
  });

  return router;
}
