import { randomUUID } from 'node:crypto';
import express, { type Response, type Router } from 'express';
import { z } from 'zod';
import type { Db } from '../../db/database.js';
import {
  deleteOAuthClient,
  findOAuthClient,
  forgetRotatedSecrets,
  insertOAuthClient,
  replaceOAuthClient,
  rotateOAuthClientSecret,
  type OAuthClientRow,
} from '../../db/oauthClients.js';
import { sendHydraError } from './answers.js';
import { hashSecret, newSecret } from './secrets.js';

const visible = /^[\x21-\x7e]+$/;
/** What we use of Hydra's client; a field that is not here is refused, since it would be promised and not kept. */
const clientBody = z.strictObject({
  client_id: z.string().max(255).regex(visible).optional(),
  /** Hydra's bounds: at least 6, and bcrypt reads no more than 72 bytes. */
  client_secret: z.string().min(6).max(72).optional(),
  client_name: z.string().default(''),
  scope: z.string().default(''),
  audience: z.array(z.string().regex(visible)).default([]),
  grant_types: z.array(z.literal('client_credentials')).default(['client_credentials']),
  token_endpoint_auth_method: z.enum(['client_secret_basic', 'client_secret_post']).default('client_secret_basic'),
  metadata: z.record(z.string(), z.unknown()).default({}),
});

function toHydra(row: OAuthClientRow, clientSecret?: string) {
  const { secret_hash: _hash, rotated_secret_hashes: _rotated, created_at, updated_at, ...rest } = row;
  return {
    ...rest,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret, client_secret_expires_at: 0 }),
  };
}

function send(res: Response, row: OAuthClientRow | undefined, clientSecret?: string): void {
  if (row) res.json(toHydra(row, clientSecret));
  else sendHydraError(res, 404, 'Unable to locate the resource');
}

/** Hydra's administration of OAuth2 clients, below /admin/clients. */
export function clientRoutes(db: Db): Router {
  const router = express.Router();

  router.post('/', async (req, res) => {
    const parsed = clientBody.safeParse(req.body);
    if (!parsed.success) return sendHydraError(res, 400, z.prettifyError(parsed.error));
    const { client_secret = newSecret(), client_id = randomUUID(), ...rest } = parsed.data;
    const row = await insertOAuthClient(db, { client_id, secret_hash: hashSecret(client_secret), ...rest });
    if (!row) return sendHydraError(res, 409, 'Unable to insert or update resource because it exists already');
    res.status(201).json(toHydra(row, client_secret));
  });

  router.get('/:id', async (req, res) => {
    send(res, await findOAuthClient(db, req.params.id));
  });

  router.put('/:id', async (req, res) => {
    const parsed = clientBody.safeParse(req.body);
    if (!parsed.success) return sendHydraError(res, 400, z.prettifyError(parsed.error));
    const { client_secret, ...rest } = parsed.data;
    const secret = client_secret === undefined ? {} : { secret_hash: hashSecret(client_secret) };
    send(res, await replaceOAuthClient(db, { ...rest, ...secret, client_id: req.params.id }), client_secret);
  });

  router.delete('/:id', async (req, res) => {
    if (await deleteOAuthClient(db, req.params.id)) res.status(204).end();
    // Ory documents another shape for the errors of this operation than for its neighbours.
    else res.status(404).json({ code: 404, message: 'Unable to locate the resource' });
  });

  router.post('/:id/secrets/rotate', async (req, res) => {
    const clientSecret = newSecret();
    send(res, await rotateOAuthClientSecret(db, req.params.id, hashSecret(clientSecret)), clientSecret);
  });

  router.delete('/:id/secrets/rotate', async (req, res) => {
    send(res, await forgetRotatedSecrets(db, req.params.id));
  });

  return router;
}
