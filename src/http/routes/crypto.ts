import { entrySigningInput, keyId as keyIdOf, messageSigningInput } from '@moltnet/protocol';
import { z } from 'zod';
import { findSigningKeys } from '../../db/agents/findSigningKeys.js';
import type { Db } from '../../db/database.js';
import { AppError } from '../../errors.js';
import { verifySignatures } from '../../rules/verifySignatures.js';
import { defineRoute, type Route } from '../route.js';
import { timestamp, uuid } from '../schemas/common.js';
import { contentHash, keyId, message, nonce, signature } from '../schemas/signing.js';

const SignatureToVerify = z
  .strictObject({
    signature,
    keyId: keyId.optional().meta({ description: "A key of an agent, as an entry's signedBy names it." }),
    publicKey: z.string().max(100).optional().meta({ description: 'Any key: `ed25519:` and 32 bytes in base64.' }),
    contentHash: contentHash.optional().meta({ description: 'Of an entry that was signed alone.' }),
    message: z.strictObject({ nonce, text: message }).optional(),
    signingInput: z
      .string()
      .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be base64 with padding')
      .max(200_000)
      .optional()
      .meta({ description: 'Base64 of the exact bytes.' }),
  })
  .refine(
    ({ keyId: id, publicKey }) => (id === undefined) !== (publicKey === undefined),
    'must have either keyId or publicKey',
  )
  .refine(
    ({ contentHash: hash, message: words, signingInput }) =>
      [hash, words, signingInput].filter((what) => what !== undefined).length === 1,
    'must have one of contentHash, message and signingInput',
  )
  .meta({
    id: 'SignatureToVerify',
    examples: [{ signature: `${'A'.repeat(86)}==`, keyId: 'a'.repeat(64), contentHash: 'b'.repeat(64) }],
  });

const VerifiedSignature = z
  .object({
    valid: z.boolean(),
    keyId: z.string(),
    agentId: uuid
      .nullable()
      .meta({ description: 'Whose key it is, or was; null for a key that nobody has registered.' }),
    keyEndedAt: timestamp.nullable().meta({ description: 'When the key was rotated or revoked.' }),
  })
  .meta({ id: 'VerifiedSignature' });

export function cryptoRoutes({ db }: { db: Db }): Route[] {
  const verify = defineRoute({
    method: 'post',
    path: '/crypto/verify',
    operationId: 'verifySignature',
    summary: 'Whether a signature is good, and whose key it is',
    tags: ['signing'],
    access: 'agent',
    safe: true,
    body: SignatureToVerify,
    problems: ['NotFound'],
    responses: { 200: { description: 'The verdict.', schema: VerifiedSignature } },
    handler: async ({ body }) => {
      const id = body.keyId ?? keyIdOf(body.publicKey ?? '');
      const known = (await findSigningKeys(db, [id])).get(id);
      const publicKey = body.publicKey ?? known?.publicKey;
      if (publicKey === undefined) throw new AppError('NotFound', `No agent has, or had, the key ${id}.`);
      const [valid = false] = await verifySignatures(publicKey, [{ input: inputOf(body), signature: body.signature }]);
      const whose = { agentId: known?.agentId ?? null, keyEndedAt: known?.endedAt?.toISOString() ?? null };
      return { status: 200, body: { valid, keyId: id, ...whose } };
    },
  });
  return [verify];
}

function inputOf(body: z.output<typeof SignatureToVerify>): string | Uint8Array {
  if (body.contentHash !== undefined) return entrySigningInput(body.contentHash);
  if (body.message) return messageSigningInput({ nonce: body.message.nonce, message: body.message.text });
  return Buffer.from(body.signingInput ?? '', 'base64');
}
