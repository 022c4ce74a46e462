import {
  contentHash,
  signatureHash,
  type BundleLine,
  type EntryHeader,
  type EntryLine,
  type EntryPath,
  type EntryType,
} from '@moltnet/protocol';
import { digestEntry } from './entryDigest.js';

/** One version of an entry as a bundle has it; of an erased one the text is null. */
export interface RestoredVersion {
  version: number;
  type: EntryType;
  title: string | null;
  content: string | null;
  tags: string[] | null;
  importance: number;
  salt: string | null;
  bodyCommitment: string | null;
  contentHash: string;
  authorKeyId: string;
  revisedAt: string;
}

/** An event that an import leaves, by which the log here learns of what it restored. */
export interface RestoredEvent {
  kind: 'entry.imported' | 'entry.revised' | 'entry.signed' | 'entry.erased';
  subjectHash: string;
}

/** An entry as its rows are to be: the last version, the former ones, and what tells of them. */
export interface RestoredEntry extends RestoredVersion {
  id: string;
  diaryId: string;
  createdAt: string;
  signature: string | null;
  signaturePath: EntryPath | null;
  signedAt: string | null;
  erasedAt: string | null;
  erasedBecause: string | null;
  textHash: string | null;
  requestHash: string | null;
  bands: number[] | null;
  sketch: number[] | null;
  facts: string | null;
  former: RestoredVersion[];
  events: RestoredEvent[];
}

/** What the lines about one entry make of it. They come from a bundle that is verified: each is what it says it is. */
export function restoreEntry(lines: readonly BundleLine[]): RestoredEntry | undefined {
  const versions = lines.filter((line): line is EntryLine => line.line === 'entry' || line.line === 'revision');
  const [first, last] = [versions[0], versions.at(-1)];
  if (!first || !last) return undefined;
  const restored = versions.map((line, i) => toVersion(line.header, line.body, i + 1));
  const current = restored.at(-1) as RestoredVersion;
  const erased = lines.find((line) => line.line === 'tombstone');
  const { entryId: id, diaryId } = last.header;
  return {
    ...current,
    ...digestOf(current, { id, diaryId }),
    ...signatureOf(last, lines, current.contentHash),
    id,
    diaryId,
    createdAt: first.header.createdAt,
    erasedAt: erased ? erased.leaf[7] : null,
    erasedBecause: erased ? erased.tombstone.reason : null,
    former: restored.slice(0, -1),
    events: lines.flatMap((line) => eventOf(line)),
  };
}

function toVersion(header: EntryHeader, body: EntryLine['body'], version: number): RestoredVersion {
  const { type, importance, authorKeyId, createdAt: revisedAt, bodyCommitment } = header;
  return {
    version,
    type,
    importance,
    authorKeyId,
    revisedAt,
    title: body?.title ?? null,
    content: body?.content ?? null,
    tags: body ? [...body.tags] : null,
    salt: body?.salt ?? null,
    bodyCommitment: body ? null : bodyCommitment,
    contentHash: contentHash(header),
  };
}

type Digest = Pick<RestoredEntry, 'textHash' | 'requestHash' | 'bands' | 'sketch' | 'facts'>;
const NO_DIGEST: Digest = { textHash: null, requestHash: null, bands: null, sketch: null, facts: null };

function digestOf(version: RestoredVersion, place: { id: string; diaryId: string }): Digest {
  const { title, content, tags, salt } = version;
  if (title === null || content === null || tags === null || salt === null) return NO_DIGEST;
  const { textHash, requestHash, bands, sketch, facts } = digestEntry(
    { ...version, ...place, title, content, tags, salt },
    version.revisedAt,
  );
  return { textHash, requestHash, bands, sketch, facts };
}

function signatureOf(last: EntryLine, lines: readonly BundleLine[], hash: string) {
  if (last.signature !== null) {
    return { signature: last.signature, signaturePath: last.signaturePath, signedAt: last.header.createdAt };
  }
  const later = lines.find((line) => line.line === 'signature' && line.contentHash === hash);
  if (later?.line !== 'signature') return { signature: null, signaturePath: null, signedAt: null };
  return { signature: later.signature, signaturePath: later.signaturePath, signedAt: later.leaf[7] };
}

function eventOf(line: BundleLine): RestoredEvent[] {
  switch (line.line) {
    case 'entry':
      return [{ kind: 'entry.imported', subjectHash: contentHash(line.header) }];
    case 'revision':
      return [{ kind: 'entry.revised', subjectHash: contentHash(line.header) }];
    case 'signature':
      return [{ kind: 'entry.signed', subjectHash: signatureHash(line) }];
    case 'tombstone':
      return [{ kind: 'entry.erased', subjectHash: line.tombstone.contentHash }];
    default:
      return [];
  }
}

/** The entry that a line is about; null for all other lines, and for what is no line. */
export function entryIdOf(line: string): string | null {
  try {
    const read = JSON.parse(line) as Record<string, Record<string, unknown> | string | undefined>;
    const { header, tombstone, entryId } = read;
    const found = read['line'] === 'header' ? undefined : (nested(header) ?? nested(tombstone) ?? entryId);
    return typeof found === 'string' && UUID.test(found) ? found : null;
  } catch {
    return null;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const nested = (value: Record<string, unknown> | string | undefined) =>
  typeof value === 'object' ? (value['entryId'] as string | undefined) : undefined;
