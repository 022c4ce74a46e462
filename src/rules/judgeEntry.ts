import {
  bodyCommitment,
  contentHash,
  encodeHex,
  keyId,
  leafHash,
  leafText,
  parseCheckpoint,
  verify,
  verifyInclusion,
  verifyNote,
  type EntryPath,
  type EntryType,
  type Leaf,
} from '@moltnet/protocol';
import { coveringInput } from './coveringInput.js';

/** What is stored of one version of an entry, to be judged. Of an erased one, the commitment in place of the text. */
export interface JudgedEntry {
  id: string;
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
  /** Where the signature is one over many entries. */
  signaturePath: EntryPath | null;
}

export interface JudgedKey {
  publicKey: string;
  endedAt: Date | null;
}

export interface JudgedLeaf extends Leaf {
  index: number;
  leafHash: Uint8Array;
}

export interface JudgedProof {
  path: readonly Uint8Array[];
  /** The signed note. */
  note: string;
  /** The key of the log that is said to have signed it. */
  logKey: { origin: string; publicKey: string };
}

export const CHECKS = ['hash', 'signature', 'key', 'leaf', 'inclusion', 'checkpoint'] as const;
export type Check = (typeof CHECKS)[number];

/** absent: there is nothing to check, as of an entry that nobody signed; pending: the log has not come to it yet. */
export type Outcome = 'holds' | 'fails' | 'absent' | 'pending';

export interface Finding {
  check: Check;
  outcome: Outcome;
  detail: string;
}

export type Verdict = 'verified' | 'unsigned' | 'pending' | 'failed';

/** Everything that can be checked of an entry, each thing computed anew from what is stored. */
export function judgeEntry(
  entry: JudgedEntry,
  found: {
    key: JudgedKey | undefined;
    leaf: JudgedLeaf | undefined;
    isLeafPending: boolean;
    /** damaged: the log has not the hashes that a proof consists of. */
    proof: JudgedProof | 'damaged' | undefined;
  },
): { verdict: Verdict; findings: Finding[] } {
  const findings = [
    judgeHash(entry),
    judgeSignature(entry, found.key),
    judgeKey(entry, found.key, found.leaf),
    judgeLeaf(found.leaf, found.isLeafPending),
    judgeInclusion(found.leaf, found.proof),
    judgeCheckpoint(found.proof),
  ];
  return { verdict: verdictOf(findings), findings };
}

function verdictOf(findings: Finding[]): Verdict {
  const has = (outcome: Outcome) => findings.some((finding) => finding.outcome === outcome);
  if (has('fails')) return 'failed';
  if (has('pending')) return 'pending';
  return has('absent') ? 'unsigned' : 'verified';
}

function finding(check: Check, holds: boolean, detail: { holds: string; fails: string }): Finding {
  return { check, outcome: holds ? 'holds' : 'fails', detail: holds ? detail.holds : detail.fails };
}

function judgeHash(entry: JudgedEntry): Finding {
  const what = entry.content === null ? 'The header that erasing left' : 'The stored text, with its header,';
  return finding('hash', hashOf(entry) === entry.contentHash, {
    holds: `${what} has the content hash.`,
    fails: `${what} has another content hash: something of it was changed.`,
  });
}

/** Undefined where a field has no place in the protocol, as only a hand in the database can bring about. */
function hashOf(entry: JudgedEntry): string | undefined {
  const { title, content, tags, salt, authorKeyId, diaryId, type, importance, revisedAt } = entry;
  try {
    const isErased = title === null || content === null || tags === null || salt === null;
    const commitment = isErased ? entry.bodyCommitment : bodyCommitment({ title, content, tags, salt });
    const header = { entryId: entry.id, diaryId, authorKeyId, createdAt: revisedAt.toISOString(), type, importance };
    return contentHash({ ...header, bodyCommitment: commitment ?? '' });
  } catch {
    return undefined;
  }
}

function judgeSignature(entry: JudgedEntry, key?: JudgedKey): Finding {
  const { signature, authorKeyId } = entry;
  if (signature === null) return { check: 'signature', outcome: 'absent', detail: 'Nobody signed this version.' };
  const isKey = key !== undefined && keyId(key.publicKey) === authorKeyId;
  const input = coveringInput(entry.contentHash, entry.signaturePath);
  return finding('signature', isKey && input !== undefined && verify(key.publicKey, input, signature), {
    holds: "It is the author's key's, over the content hash.",
    fails: isKey
      ? "It is not the author's key's over this content hash."
      : 'The key that it is said to be by is unknown.',
  });
}

/** By the log and not by the header's time, which its author chose. */
function judgeKey({ signature }: JudgedEntry, key?: JudgedKey, leaf?: JudgedLeaf): Finding {
  if (signature === null || !key) return { check: 'key', outcome: 'absent', detail: 'There is no key to judge.' };
  const ended = key.endedAt?.toISOString();
  const isGood = ended === undefined || (leaf !== undefined && leaf.at <= ended);
  return finding('key', isGood, {
    holds: 'The key was in use when the entry was logged.',
    fails: `The key had ended at ${ended}, before the entry was logged.`,
  });
}

function judgeLeaf(leaf: JudgedLeaf | undefined, isPending: boolean): Finding {
  if (!leaf) {
    const pending = { check: 'leaf', outcome: 'pending', detail: 'The log comes to it within seconds.' } as const;
    const missing = 'The log has no leaf with this content hash: it, or the hash, was changed.';
    return isPending ? pending : { check: 'leaf', outcome: 'fails', detail: missing };
  }
  return finding('leaf', encodeHex(leafHash(leafText(leaf))) === encodeHex(leaf.leafHash), {
    holds: `Leaf ${leaf.index} of the log says that the entry had this content hash at ${leaf.at}.`,
    fails: `Leaf ${leaf.index} of the log is not what it was hashed from: it was changed.`,
  });
}

function judgeInclusion(leaf?: JudgedLeaf, proof?: JudgedProof | 'damaged'): Finding {
  if (proof === 'damaged') {
    return { check: 'inclusion', outcome: 'fails', detail: 'Hashes of the log are missing: they were deleted.' };
  }
  if (!leaf || !proof) return { check: 'inclusion', outcome: 'pending', detail: 'No checkpoint contains it yet.' };
  const { size, root } = parseCheckpoint(proof.note);
  const hash = leafHash(leafText(leaf));
  return finding('inclusion', verifyInclusion(hash, { index: leaf.index, size, path: proof.path }, root), {
    holds: `The leaf stands in the tree of ${size} leaves that the log signed.`,
    fails: `The leaf does not stand in the tree of ${size} leaves that the log signed: the log was changed.`,
  });
}

function judgeCheckpoint(proof?: JudgedProof | 'damaged'): Finding {
  if (!proof || proof === 'damaged')
    return { check: 'checkpoint', outcome: 'pending', detail: 'No checkpoint contains the leaf yet.' };
  const { origin, publicKey } = proof.logKey;
  return finding('checkpoint', isSignedBy(proof.note, { name: origin, publicKey }), {
    holds: `It is signed by the key of ${origin}.`,
    fails: `It is not signed by the key of ${origin}.`,
  });
}

function isSignedBy(note: string, key: { name: string; publicKey: string }): boolean {
  try {
    return verifyNote(parseCheckpoint(note).note, [key]).length > 0;
  } catch {
    return false;
  }
}
