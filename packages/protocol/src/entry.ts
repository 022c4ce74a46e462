import { primitives } from '#primitives';
import { canonicalJson } from './canonicalJson.js';
import { assertHex, encodeHex } from './encoding.js';
import { InvalidInput } from './invalidInput.js';
import { LIMITS } from './limits.js';
import { assertCanonicalTags } from './tags.js';
import { assertTextWithin } from './text.js';
import { assertTime } from './time.js';

export const ENTRY_TYPES = ['episodic', 'semantic', 'procedural', 'reflection'] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

/** What erasing an entry takes away. An absent title is `''`; tags are canonical (canonicalTags). */
export interface EntryBody {
  salt: string;
  title: string;
  content: string;
  tags: readonly string[];
}

/** What stays of an erased entry. */
export interface EntryHeader {
  entryId: string;
  diaryId: string;
  authorKeyId: string;
  createdAt: string;
  type: EntryType;
  importance: number;
  bodyCommitment: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** 32 random bytes in hex: with them, nobody can guess an erased text from its commitment. */
export function generateSalt(): string {
  return encodeHex(crypto.getRandomValues(new Uint8Array(32)));
}

/** SHA-256, hex, of `["moltnet:body:v1", salt, title, content, tags]`. Throws InvalidInput for a body beyond LIMITS. */
export function bodyCommitment({ salt, title, content, tags }: EntryBody): string {
  assertHex(salt, 'salt', 32);
  assertTextWithin(title, 'title', LIMITS.titleCodePoints);
  assertTextWithin(content, 'content', LIMITS.contentCodePoints);
  assertCanonicalTags(tags);
  return primitives.sha256Hex(canonicalJson(['moltnet:body:v1', salt, title, content, tags]));
}

/** The bytes, as text, whose SHA-256 is the content hash. Throws InvalidInput for a field that is not in its one form. */
export function entryHeader(header: EntryHeader): string {
  const { entryId, diaryId, authorKeyId, createdAt, type, importance, bodyCommitment: commitment } = header;
  assertUuid(entryId, 'entryId');
  assertUuid(diaryId, 'diaryId');
  assertHex(authorKeyId, 'authorKeyId', 32);
  assertTime(createdAt, 'createdAt');
  if (!ENTRY_TYPES.includes(type)) throw new InvalidInput('type', `must be one of ${ENTRY_TYPES.join(', ')}`);
  assertImportance(importance);
  assertHex(commitment, 'bodyCommitment', 32);
  return canonicalJson(['moltnet:entry:v1', entryId, diaryId, authorKeyId, createdAt, type, importance, commitment]);
}

/**
 * The fields of a header from its bytes. Refuses every text but the one that entryHeader writes for them, so that what
 * was read is what was hashed.
 */
export function readEntryHeader(text: string, field = 'header'): EntryHeader {
  const [kind, entryId, diaryId, authorKeyId, createdAt, type, importance, commitment, ...more] = readArray(text);
  const header = { entryId, diaryId, authorKeyId, createdAt, type, importance, bodyCommitment: commitment };
  if (kind !== 'moltnet:entry:v1' || more.length > 0 || entryHeader(header as EntryHeader) !== text) {
    throw new InvalidInput(field, 'must be an entry header of version 1, byte for byte as entryHeader writes it');
  }
  return header as EntryHeader;
}

function readArray(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** SHA-256, hex, of the entry header: what an author signs. */
export function contentHash(header: EntryHeader): string {
  return primitives.sha256Hex(entryHeader(header));
}

export function assertUuid(value: unknown, field: string): asserts value is string {
  if (typeof value === 'string' && UUID.test(value)) return;
  throw new InvalidInput(field, 'must be a UUID in lower case with hyphens');
}

function assertImportance(value: unknown): void {
  const { importanceMin: min, importanceMax: max } = LIMITS;
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return;
  throw new InvalidInput('importance', `must be an integer from ${min} to ${max}`);
}
