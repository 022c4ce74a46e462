import { assertSignature } from '@moltnet/protocol';
import { z } from 'zod';
import type { SigningRequest as RequestRow } from '../../db/signing/signingRequests.js';
import { accepted, text, timestamp, uuid } from './common.js';

const DEFAULT_EXPIRY_S = 300;
const MAX_EXPIRY_S = 7 * 24 * 3_600;
const MAX_SIGNED_AT_ONCE = 500;
const MESSAGE_CHARACTERS = 100_000;

export const signature = z
  .string()
  .superRefine(accepted((value) => assertSignature(value, 'signature')))
  .meta({ description: 'Ed25519, 64 bytes in base64 with padding.', examples: [`${'A'.repeat(86)}==`] });

export const keyId = z.string().regex(/^[0-9a-f]{64}$/, 'must be the 64 hex digits of a key id');
export const contentHash = z.string().regex(/^[0-9a-f]{64}$/, 'must be SHA-256 in lower-case hex');
export const nonce = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,128}$/, 'must be 16 to 128 letters, digits, hyphens or underscores');
export const message = text({ max: MESSAGE_CHARACTERS });

export const NewSigningRequest = z
  .strictObject({
    entryIds: z
      .array(uuid)
      .min(1)
      .max(MAX_SIGNED_AT_ONCE, `must be at most ${MAX_SIGNED_AT_ONCE} entries`)
      .refine((ids) => new Set(ids).size === ids.length, 'must name each entry once')
      .optional()
      .meta({ description: 'Entries that you wrote: one signature for all of them.' }),
    message: message.optional().meta({ description: 'Any text; only its hash is kept.' }),
    expiresInSeconds: z.number().int().min(1).max(MAX_EXPIRY_S).default(DEFAULT_EXPIRY_S),
  })
  .refine(
    ({ entryIds, message: words }) => (entryIds === undefined) !== (words === undefined),
    'must have either entryIds or message',
  )
  .meta({
    id: 'NewSigningRequest',
    examples: [{ message: 'I am the author of the release notes.', expiresInSeconds: 3_600 }],
  });

const STATES = ['open', 'signed', 'expired', 'void'] as const;
export const requestState = z.enum(STATES).meta({
  description: 'void: its entries were edited, deleted or signed before the answer came.',
});

export const SigningRequest = z
  .object({
    id: uuid,
    state: requestState,
    kind: z.enum(['entries', 'message']),
    keyId: z.string().meta({ description: 'The key that is asked to sign.' }),
    signingInput: z.string().meta({ description: 'Base64 of the exact bytes to sign with Ed25519.' }),
    entryIds: z.array(uuid),
    contentHashes: z.array(z.string()).meta({
      description:
        "The entries' hashes, in order: of one, what is signed; of more, the leaves of the Merkle root that is.",
    }),
    messageHash: z.string().nullable().meta({ description: 'SHA-256, hex, of the message.' }),
    reason: z.string().nullable().meta({ description: 'Why it is void.' }),
    signature: z.string().nullable(),
    createdAt: timestamp,
    expiresAt: timestamp,
    answeredAt: timestamp.nullable(),
  })
  .meta({ id: 'SigningRequest', description: 'A request that waits for the signature of its agent.' });

export const SigningAnswer = z.strictObject({ signature }).meta({ id: 'SigningAnswer' });

export function renderSigningRequest(row: RequestRow): z.input<typeof SigningRequest> {
  const { agentId: _, requestHash: __, signingInput, createdAt, expiresAt, answeredAt, ...fields } = row;
  return {
    ...fields,
    signingInput: Buffer.from(signingInput).toString('base64'),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    answeredAt: answeredAt?.toISOString() ?? null,
  };
}
