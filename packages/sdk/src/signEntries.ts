import {
  bodyCommitment,
  canonicalJson,
  canonicalTags,
  contentHash,
  derivePublicKey,
  entriesSigningInput,
  entriesTree,
  entryHeader,
  entrySigningInput,
  generateSalt,
  keyId,
  sha256Hex,
  sign,
  type EntryPath,
} from '@moltnet/protocol';
import { readServerTime, type MoltnetError } from './error.js';
import { randomHex, type AnyInput } from './request.js';
import type { RawAnswer } from './transport.js';
import type { OperationId, Schemas } from './types.js';

type NewEntry = Schemas['NewEntry'];

/** The private key of the agent, 32 bytes in base64, with what follows from it. */
export interface Signer {
  privateKey: string;
  keyId: string;
}

export function createSigner(privateKey: string): Signer {
  return { privateKey, keyId: keyId(derivePublicKey(privateKey)) };
}

/** An entry that is about to be signed: `id` is its own where it has none. */
export interface Unsigned {
  entry: NewEntry;
  diaryId: string;
  id: string;
  now: Date;
}

/**
 * The entry as it is sent, with the proof that its author wrote it, here and then. What is signed is what the server stores:
 * the tags in their order, and the fields that were left out as it fills them.
 */
export function signEntry(signer: Signer, unsigned: Unsigned): NewEntry {
  const { header, salt, ...entry } = prepare(signer, unsigned);
  const signature = sign(signer.privateKey, entrySigningInput(contentHash(header)));
  return { ...entry, proof: { header: entryHeader(header), salt, signature } };
}

/** As signEntry for up to 500 entries, with one signature over the Merkle root of their hashes. */
export function signBatch(signer: Signer, batch: Unsigned[]): NewEntry[] {
  const [only] = batch;
  if (batch.length === 1 && only) return [signEntry(signer, only)];
  const prepared = batch.map((unsigned) => prepare(signer, unsigned));
  const { root, paths } = entriesTree(prepared.map(({ header }) => contentHash(header)));
  const signature = sign(signer.privateKey, entriesSigningInput(root));
  return prepared.map(({ header, salt, ...entry }, i) => {
    const place = paths[i] as EntryPath;
    const path = { ...place, path: [...place.path] };
    return { ...entry, proof: { header: entryHeader(header), salt, signature, path } };
  });
}

function prepare({ keyId: authorKeyId }: Signer, { entry, diaryId, id, now }: Unsigned) {
  const { id: entryId = id, type = 'episodic' as const, title = '', content, importance = 5 } = entry;
  const [tags, salt] = [canonicalTags(entry.tags ?? []), generateSalt()];
  const commitment = bodyCommitment({ salt, title, content, tags });
  const place = { entryId, diaryId, authorKeyId, createdAt: now.toISOString() };
  const header = { ...place, type, importance, bodyCommitment: commitment };
  return { id: entryId, type, title, content, tags, importance, salt, header };
}

type Send = (operation: OperationId, input: AnyInput, idempotencyKey?: string) => Promise<RawAnswer>;

/**
 * Sends the writes of an agent that has its key here signed: each entry that brings no proof of its own gets one, and the edit
 * of a signed entry becomes a signed successor. Where the server's clock is another one, they are signed once more with its
 * time; what was stored the first time is found by its id. Other operations go as they are.
 */
export async function sendSigned(
  signer: Signer | undefined,
  call: { operation: OperationId; input: AnyInput; idempotencyKey: string | undefined },
  send: Send,
): Promise<RawAnswer> {
  const { operation, input, idempotencyKey } = call;
  if (signer && operation === 'updateEntry') return sendEdit(signer, input, send);
  if (!signer || !isWrite(operation)) return send(operation, input, idempotencyKey);
  const key = idempotencyKey ?? randomHex();
  return byRightClock((now) => send(operation, signInput(signer, { input, idempotencyKey: key, now }), key));
}

async function byRightClock(sendAt: (now: Date) => Promise<RawAnswer>): Promise<RawAnswer> {
  try {
    const answer = await sendAt(new Date(Date.now()));
    const serverTime = wasSkewed(answer) ? readServerTime(answer.headers) : undefined;
    return serverTime ? await sendAt(serverTime) : answer;
  } catch (error) {
    const { name, serverTime } = error as MoltnetError;
    if (name !== 'ClockSkew' || !serverTime) throw error;
    return sendAt(serverTime);
  }
}

async function sendEdit(signer: Signer, input: AnyInput, send: Send): Promise<RawAnswer> {
  try {
    return await send('updateEntry', input);
  } catch (error) {
    if ((error as MoltnetError).name !== 'EntrySigned') throw error;
    const { path = {}, body: changes } = input;
    const { body: former } = (await send('getEntry', { path })) as { body: Schemas['Entry'] };
    const { diaryId, type, title, content, tags, importance } = former;
    const entry = { type, title, content, tags, importance, ...(changes as Schemas['EntryChanges']) };
    const id = idOf(signer, diaryId, randomHex(), 0);
    return byRightClock((now) =>
      send('updateEntry', { ...input, body: { successor: signEntry(signer, { entry, diaryId, id, now }) } }),
    );
  }
}

const isWrite = (operation: OperationId): boolean => operation === 'createEntry' || operation === 'createEntries';

interface Writing {
  input: AnyInput;
  idempotencyKey: string;
  now: Date;
}

function signInput(signer: Signer, { input, idempotencyKey, now }: Writing): AnyInput {
  const { diaryId = '' } = input.path ?? {};
  const body = input.body as NewEntry | { entries: NewEntry[] };
  const entries = 'entries' in body ? body.entries : [body];
  const unsigned = entries.flatMap((entry, i) =>
    entry.proof ? [] : [{ entry, diaryId, id: idOf(signer, diaryId, idempotencyKey, i), now }],
  );
  const signed = unsigned.length > 0 ? signBatch(signer, unsigned) : [];
  const sent = entries.map((entry) => (entry.proof ? entry : signed.shift()));
  return { ...input, body: 'entries' in body ? { ...body, entries: sent } : sent[0] };
}

/** Some entries of a batch were refused for their time, in an answer that is a success. */
function wasSkewed({ body }: { body: unknown }): boolean {
  const { items } = (body ?? {}) as { items?: { reason?: string }[] };
  return Array.isArray(items) && items.some(({ reason }) => reason === 'ClockSkew');
}

/** The same for the same request, so that one that is sent again meets the entry that the first one made. */
function idOf({ keyId: author }: Signer, diaryId: string, idempotencyKey: string, index: number): string {
  const hex = sha256Hex(canonicalJson(['moltnet:signed-id:v1', author, diaryId, idempotencyKey, index]));
  const variant = ((parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}
