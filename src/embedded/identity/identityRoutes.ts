import { randomUUID } from 'node:crypto';
import express, { type Response, type Router } from 'express';
import { z } from 'zod';
import type { Db } from '../../db/database.js';
import { deleteIdentity, findIdentity, insertIdentity, replaceTraits, type IdentityRow } from '../../db/identities.js';
import { sendKratosError } from './answers.js';

/** What we use of Kratos' identity; a field that is not here is refused, since it would be promised and not kept. */
const identityBody = z.strictObject({
  schema_id: z.string().min(1),
  external_id: z.string().min(1).max(64).optional(),
  traits: z.record(z.string(), z.unknown()),
  state: z.enum(['active', 'inactive']).default('active'),
});
/** The one patch that we use; another one is refused, since it would be promised and not kept. */
const traitsPatch = z.tuple([
  z.strictObject({ op: z.literal('replace'), path: z.literal('/traits'), value: z.record(z.string(), z.unknown()) }),
]);
const id = z.guid();

function send(res: Response, identity: IdentityRow | undefined, schemaUrl: (id: string) => string, status = 200): void {
  if (!identity) return sendKratosError(res, 404, 'Unable to locate the resource');
  const { external_id, created_at, updated_at, ...rest } = identity;
  res.status(status).json({
    ...rest,
    ...(external_id === null ? {} : { external_id }),
    schema_url: schemaUrl(identity.schema_id),
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  });
}

/** Kratos' administration of identities, below /admin/identities. */
export function identityRoutes(db: Db, issuer: () => string): Router {
  const router = express.Router();
  const schemaUrl = (schemaId: string) => `${issuer()}/schemas/${encodeURIComponent(schemaId)}`;

  router.post('/', async (req, res) => {
    const parsed = identityBody.safeParse(req.body);
    if (!parsed.success) return sendKratosError(res, 400, z.prettifyError(parsed.error));
    const { external_id = null, ...rest } = parsed.data;
    const row = await insertIdentity(db, { ...rest, id: randomUUID(), external_id });
    if (!row) return sendKratosError(res, 409, 'This identity conflicts with another one that exists already');
    send(res, row, schemaUrl, 201);
  });

  router.get('/by/external/:externalId', async (req, res) => {
    send(res, await findIdentity(db, { external_id: req.params.externalId }), schemaUrl);
  });

  router.patch('/:id', async (req, res) => {
    const parsed = traitsPatch.safeParse(req.body);
    if (!parsed.success) return sendKratosError(res, 400, z.prettifyError(parsed.error));
    const known = id.safeParse(req.params.id).success;
    send(res, known ? await replaceTraits(db, req.params.id, parsed.data[0].value) : undefined, schemaUrl);
  });

  router.delete('/:id', async (req, res) => {
    const known = id.safeParse(req.params.id).success && (await deleteIdentity(db, req.params.id));
    if (known) res.status(204).end();
    else sendKratosError(res, 404, 'Unable to locate the resource');
  });

  return router;
}
