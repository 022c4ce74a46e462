import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Db } from '../../db/database.js';
import { NAMESPACES, type Namespaces } from '../../rules/namespaces.js';
import { log } from '../../telemetry.js';
import { sendHydraError, sendKratosError } from './answers.js';
import { clientRoutes } from './clientRoutes.js';
import { identityRoutes } from './identityRoutes.js';
import { hashSecret, newSecret, sameSecret } from './secrets.js';
import { tupleAdminRoutes, tupleRoutes } from './tupleRoutes.js';
import { tokenAdminRoutes, tokenRoutes } from './tokenRoutes.js';

export interface IdentityServer {
  /** For the public and the administrative endpoints alike, as at Ory Network. */
  url: string;
  /** What ORY_API_KEY is at Ory. */
  apiKey: string;
  close(): Promise<void>;
}

function requireKey(keyHash: Buffer): RequestHandler {
  return (req, res, next) => {
    const key = /^Bearer (\S+)$/.exec(req.get('authorization') ?? '')?.[1] ?? '';
    if (sameSecret(key, keyHash)) next();
    else sendKratosError(res, 401, 'The request could not be authorized');
  };
}

/** The parts of discovery that RFC 8414 and Ory's schema require; what we do not offer says so by an empty list. */
function discovery(issuer: string) {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth2/token`,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    authorization_endpoint: `${issuer}/oauth2/auth`,
    device_authorization_endpoint: `${issuer}/oauth2/device/auth`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [],
    id_token_signed_response_alg: [],
    userinfo_signed_response_alg: [],
  };
}

const sendFailure: ErrorRequestHandler = (error: unknown, req, res, _next) => {
  const status = (error as { status?: number }).status ?? 500;
  if (status >= 500) {
    const { name, message } = error as Error;
    log.error('The embedded identity server failed', { method: req.method, path: req.path, name, message });
  }
  const send = /^\/(admin\/identities|admin\/relation-tuples|relation-tuples)/.test(req.path)
    ? sendKratosError
    : sendHydraError;
  send(res, status, status >= 500 ? 'An internal server error occurred' : 'The request was malformed');
};

function createApp(db: Db, namespaces: Namespaces, apiKey: string, issuer: () => string): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.get('/.well-known/openid-configuration', (_req, res) => void res.json(discovery(issuer())));
  app.use(tokenRoutes(db));
  app.use(
    ['/admin', '/relation-tuples', '/namespaces'],
    requireKey(hashSecret(apiKey)),
    express.json({ limit: '1mb' }),
  );
  app.use('/admin/clients', clientRoutes(db));
  app.use('/admin/oauth2', tokenAdminRoutes(db, issuer));
  app.use('/admin/identities', identityRoutes(db, issuer));
  app.use('/admin/relation-tuples', tupleAdminRoutes(db, namespaces));
  app.use('/relation-tuples', tupleRoutes(db, namespaces));
  app.get('/namespaces', (_req, res) => {
    res.json({ namespaces: Object.keys(namespaces).map((name) => ({ name })) });
  });
  app.use((_req, res) => sendKratosError(res, 404, 'Not found'));
  app.use(sendFailure);
  return app;
}

/**
 * Starts what a machine without Ory has instead: the part of Ory's HTTP API that `src/ports/ory` uses, on our database.
 * It listens on loopback only, on a port that the system picks, and its key lives as long as the process: nobody outside
 * this process can administer it, and several processes may run one each on the same database.
 */
export async function startIdentityServer(db: Db, namespaces: Namespaces = NAMESPACES): Promise<IdentityServer> {
  const apiKey = newSecret();
  let url = '';
  const server = createServer(createApp(db, namespaces, apiKey, () => url));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    apiKey,
    async close() {
      server.close();
      server.closeIdleConnections();
      await once(server, 'close');
    },
  };
}
