import { ENTRY_TYPES, LIMITS, readEntryHeader } from '@moltnet/protocol';
import { z } from 'zod';
import type { Entry as EntryRow } from '../../db/entries/entry.js';
import type { EntryVersion as VersionRow } from '../../db/entries/listVersions.js';
import { verifyEntry } from '../../rules/verifyEntry.js';
import { accepted, text, timestamp, uuid } from './common.js';
import { signature } from './signing.js';

export const entryType = z.enum(ENTRY_TYPES).meta({
  description:
    'episodic: what happened; semantic: what is so; procedural: how to do it; reflection: what to make of it.',
});
export const tag = text({ min: 1, max: LIMITS.tagCodePoints });
const importance = z.number().int().min(LIMITS.importanceMin).max(LIMITS.importanceMax);

const MAX_BATCH = 500;

const fields = {
  type: entryType,
  title: text({ max: LIMITS.titleCodePoints }),
  content: text({ min: 1, max: LIMITS.contentCodePoints }),
  tags: z.array(tag).max(LIMITS.tags, `must be at most ${LIMITS.tags} tags`),
  importance,
};

const verdict = z.enum(['new', 'near_duplicate', 'exact_duplicate']).meta({
  description:
    'Whether the diary already had this text, or nearly this text, when the entry was written. Nothing is dropped.',
});

const written = {
  id: uuid,
  version: z.number().int().meta({ description: 'Counts edits; also the ETag.' }),
  contentHash: z
    .string()
    .meta({ description: 'SHA-256, hex, of the header: author, place, time and the body commitment.' }),
  createdAt: timestamp,
  verdict,
  duplicateOf: uuid.nullable().meta({ description: 'The entry that the verdict speaks of.' }),
};

const SignaturePath = z
  .strictObject({
    index: z.number().int().min(0),
    size: z.number().int().min(1).max(MAX_BATCH),
    path: z.array(z.string().regex(/^[0-9a-f]{64}$/, 'must be SHA-256 in lower-case hex')).max(16),
  })
  .meta({ id: 'SignaturePath', description: 'A Merkle path of RFC 6962, the sibling hash first.' });

const signed = {
  signature: z.string().nullable().meta({
    description: "The author's Ed25519 signature, base64, over `moltnet:entry:v1`, a line feed and contentHash.",
  }),
  signaturePath: SignaturePath.nullable().meta({
    description:
      'Where the signature is over the Merkle root of many entries: the place of this one. Null where it is alone.',
  }),
  signedBy: z
    .object({ keyId: z.string(), signedAt: timestamp })
    .nullable()
    .meta({ description: "The author's key that signed." }),
  verified: z.boolean().nullable().meta({
    description: 'Whether hash and signature were right when this was read, computed anew; null without a signature.',
  }),
};

export const Entry = z
  .object({
    ...written,
    diaryId: uuid,
    author: z.object({ id: uuid, keyId: z.string(), fingerprint: z.string() }),
    ...fields,
    salt: z.string().meta({ description: '32 bytes, hex: with it, anyone who has the text can check the hash.' }),
    revisedAt: timestamp.meta({ description: 'When this version was made; the time that its hash covers.' }),
    supersededBy: uuid.nullable(),
    embedding: z.object({
      state: z.enum(['embedded', 'pending', 'failed']),
      error: z.string().nullable().meta({ description: 'Why it failed; it is tried again by itself.' }),
    }),
    workflowId: z.string().meta({ description: 'The run that wrote it.' }),
    ...signed,
  })
  .meta({ id: 'Entry', description: 'One memory of an agent.' });

const EntryProof = z
  .strictObject({
    header: z
      .string()
      .max(1_000)
      .superRefine(accepted((header) => void readEntryHeader(header)))
      .meta({ description: 'The entry header that was signed, byte for byte: packages/protocol.' }),
    salt: z.string().regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in lower-case hex'),
    signature,
    path: SignaturePath.optional().meta({
      description: 'Where the signature covers many entries: the place of this one among them.',
    }),
  })
  .meta({
    id: 'EntryProof',
    description:
      "The author's signature, made before the entry is sent. The header names the entry's id, diary, author's key, time (within five minutes of now), type, importance and body.",
  });

export const NewEntry = z
  .strictObject({
    id: uuid.optional().meta({ description: 'Your own id for it; made by the server when absent.' }),
    type: fields.type.default('episodic'),
    title: fields.title.default(''),
    content: fields.content,
    tags: fields.tags.default([]),
    importance: fields.importance.default(5),
    proof: EntryProof.optional(),
  })
  .meta({
    id: 'NewEntry',
    examples: [{ title: 'Deploy', content: 'The deploy failed: the migration took 30 minutes.', tags: ['ops'] }],
  });

export const NewEntries = z
  .strictObject({ entries: z.array(NewEntry).min(1).max(MAX_BATCH, `must be at most ${MAX_BATCH} entries`) })
  .meta({ id: 'NewEntries' });

/** What became of each entry of a batch, in its order. */
export const WrittenEntries = z
  .object({
    items: z.array(
      z.discriminatedUnion('outcome', [
        z.object({ outcome: z.enum(['applied', 'already']), ...written }),
        z.object({
          outcome: z.literal('refused'),
          id: uuid,
          reason: z.string().meta({ description: 'A name of GET /problems.' }),
          message: z.string(),
        }),
      ]),
    ),
  })
  .meta({ id: 'WrittenEntries' });

export const EntryChanges = z
  .strictObject({
    type: fields.type.optional(),
    title: fields.title.optional(),
    content: fields.content.optional(),
    tags: fields.tags.optional(),
    importance: fields.importance.optional(),
    successor: NewEntry.optional().meta({
      description:
        'Instead of fields: the signed entry that takes its place. A signed entry is edited in no other way.',
    }),
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), 'must change at least one field')
  .refine(
    ({ successor, ...changes }) =>
      successor === undefined || Object.values(changes).every((value) => value === undefined),
    'must have either fields or a successor',
  )
  .refine(({ successor }) => successor === undefined || successor.proof !== undefined, {
    message: 'must be signed',
    path: ['successor', 'proof'],
  })
  .meta({
    id: 'EntryChanges',
    description: 'The fields to replace; what is absent stays.',
    examples: [{ importance: 8 }],
  });

export const EntryVersion = z
  .object({
    version: z.number().int(),
    type: entryType,
    title: z.string().nullable(),
    content: z.string().nullable(),
    tags: z.array(z.string()).nullable(),
    importance: z.number().int(),
    salt: z.string().nullable(),
    contentHash: z.string(),
    authorKeyId: z.string(),
    revisedAt: timestamp,
    replacedAt: timestamp.nullable().meta({ description: 'Null for the current version.' }),
  })
  .meta({ id: 'EntryVersion', description: 'One version of an entry; the text is null once the entry is deleted.' });

/** Only for entries that are not erased: those have nothing of this left. */
export async function renderEntry(entry: EntryRow): Promise<z.input<typeof Entry>> {
  return {
    ...(await renderSignature(entry)),
    id: entry.id,
    diaryId: entry.diaryId,
    author: { id: entry.authorId, keyId: entry.authorKeyId, fingerprint: entry.authorFingerprint },
    version: entry.version,
    type: entry.type,
    title: entry.title ?? '',
    content: entry.content ?? '',
    tags: entry.tags ?? [],
    importance: entry.importance,
    salt: entry.salt ?? '',
    contentHash: entry.contentHash,
    createdAt: entry.createdAt.toISOString(),
    revisedAt: entry.revisedAt.toISOString(),
    supersededBy: entry.supersededBy,
    verdict: entry.verdict,
    duplicateOf: entry.duplicateOf,
    embedding: { state: entry.embedding === 'none' ? 'pending' : entry.embedding, error: entry.embeddingError },
    workflowId: entry.runId,
  };
}

type Signed = Pick<z.input<typeof Entry>, keyof typeof signed>;
export const UNSIGNED: Signed = { signature: null, signaturePath: null, signedBy: null, verified: null };

async function renderSignature(entry: EntryRow): Promise<Signed> {
  const { signature, signatureKeyId: keyId, signaturePublicKey: publicKey, signedAt, signaturePath } = entry;
  if (signature === null || keyId === null || publicKey === null || signedAt === null) return UNSIGNED;
  const { title, content, tags, salt } = entry;
  const body = { title: title ?? '', content: content ?? '', tags: tags ?? [], salt: salt ?? '' };
  const verified = await verifyEntry({ ...entry, ...body, signature, publicKey });
  return { signature, signaturePath, signedBy: { keyId, signedAt: signedAt.toISOString() }, verified };
}

export function renderVersion(version: Omit<VersionRow, 'replacedAt'> & { replacedAt: Date | null }) {
  return {
    ...version,
    revisedAt: version.revisedAt.toISOString(),
    replacedAt: version.replacedAt?.toISOString() ?? null,
  };
}
