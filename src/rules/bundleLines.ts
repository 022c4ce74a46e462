import {
  bodyCommitment,
  keyEventHash,
  leafFields,
  supersessionHash,
  type BundleLine,
  type EntryLine,
  type EntryPath,
  type EntryType,
  type KeyEvent,
  type Leaf,
  type Supersession,
} from '@moltnet/protocol';

/** A leaf with its place in the tree; the proof in hex. */
export interface PlacedLeaf extends Leaf {
  index: number;
  proof: string[];
  successorId: string | null;
}

/** What the tables have of an entry, for a line about it. */
export interface BundledEntry {
  entryId: string;
  diaryId: string;
  authorKeyId: string;
  type: EntryType;
  title: string | null;
  content: string | null;
  tags: string[] | null;
  importance: number;
  salt: string | null;
  bodyCommitment: string | null;
  contentHash: string;
  /** The time that the header hashes. */
  revisedAt: Date;
  signature: string | null;
  signaturePath: EntryPath | null;
  signedAt: Date | null;
  erasedBecause: string | null;
  /** The content hashes of all versions, and of those of the entry that a leaf puts in this one's place. */
  hashes: string[];
  successorHashes: string[];
}

export interface BundledKeys {
  firstKeyId: string;
  keys: { keyId: string; epoch: number; publicKey: string; reason: string | null }[];
}

function place({ index, proof, successorId: _, ...leaf }: PlacedLeaf) {
  return { leaf: leafFields(leaf), index, proof };
}

/**
 * The line of a leaf of a diary's chain. Undefined where what it is about is gone from the tables: no line can be made of
 * it, and its place in the chain says that one is missing.
 */
export function diaryLine(leaf: PlacedLeaf, subject: BundledEntry | undefined): BundleLine | undefined {
  switch (leaf.kind) {
    case 'key':
      return undefined;
    case 'grant':
    case 'run':
    case 'operator':
      return { line: leaf.kind, ...place(leaf) };
    default:
      return subject && entryLine(leaf.kind, leaf, subject);
  }
}

function entryLine(
  kind: 'entry' | 'revision' | 'signature' | 'tombstone' | 'supersession',
  leaf: PlacedLeaf,
  subject: BundledEntry,
): BundleLine {
  const { entryId, contentHash } = subject;
  switch (kind) {
    case 'entry':
    case 'revision':
      return versionLine(kind, leaf, subject);
    case 'signature': {
      const { signature, signaturePath } = subject;
      return { line: kind, ...place(leaf), entryId, contentHash, signature: signature ?? '', signaturePath };
    }
    case 'tombstone': {
      const reason = subject.erasedBecause ?? '';
      return { line: kind, ...place(leaf), tombstone: { entryId, contentHash, reason } };
    }
    case 'supersession': {
      return { line: kind, ...place(leaf), supersession: supersessionOf(leaf, subject) };
    }
  }
}

/** The versions of both entries that were there then: those by which the leaf's hash comes out. */
function supersessionOf({ successorId, subjectHash }: PlacedLeaf, subject: BundledEntry): Supersession {
  const { entryId, hashes, successorHashes } = subject;
  const pairs = hashes.flatMap((hash) =>
    successorHashes.map((successorHash) => ({
      ...{ entryId, contentHash: hash },
      ...{ successorId: successorId ?? '', successorHash },
    })),
  );
  const now = { entryId, contentHash: subject.contentHash, successorId: successorId ?? '', successorHash: '' };
  return pairs.find((pair) => supersessionHash(pair) === subjectHash) ?? pairs.at(-1) ?? now;
}

function versionLine(kind: 'entry' | 'revision', leaf: PlacedLeaf, subject: BundledEntry): EntryLine {
  const { title, content, tags, salt, entryId, diaryId, authorKeyId, type, importance } = subject;
  const isErased = title === null || content === null || tags === null || salt === null;
  const body = isErased ? null : { salt, title, content, tags };
  const createdAt = subject.revisedAt.toISOString();
  // One that came later has a leaf of its own, and a line.
  const isSignedAtBirth = subject.signedAt?.getTime() === subject.revisedAt.getTime();
  return {
    line: kind,
    ...place(leaf),
    header: {
      entryId,
      diaryId,
      authorKeyId,
      createdAt,
      type,
      importance,
      bodyCommitment: body ? bodyCommitment(body) : (subject.bodyCommitment ?? ''),
    },
    body,
    signature: isSignedAtBirth ? subject.signature : null,
    signaturePath: isSignedAtBirth ? subject.signaturePath : null,
  };
}

/** The lines of an author's keys: of each leaf the event that it was made of. */
export function keyLines(leaves: readonly PlacedLeaf[], { firstKeyId: agentKeyId, keys }: BundledKeys): BundleLine[] {
  const events = keys.flatMap(
    ({ keyId, epoch, publicKey, reason }): { event: KeyEvent; publicKey: string | null }[] => [
      { event: { agentKeyId, epoch, keyId, change: 'begins', reason: '' }, publicKey },
      { event: { agentKeyId, epoch, keyId, change: 'ends', reason: reason ?? '' }, publicKey: null },
    ],
  );
  const byHash = new Map(events.map((each) => [keyEventHash(each.event), each]));
  return leaves.flatMap((leaf): BundleLine[] => {
    const found = byHash.get(leaf.subjectHash);
    return found ? [{ line: 'key', ...place(leaf), ...found }] : [];
  });
}
