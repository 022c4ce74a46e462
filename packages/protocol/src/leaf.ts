import { primitives } from '#primitives';
import { canonicalJson } from './canonicalJson.js';
import { assertHex } from './encoding.js';
import { assertUuid } from './entry.js';
import { InvalidInput } from './invalidInput.js';
import { assertSize } from './merkle.js';
import { assertText, assertTextWithin } from './text.js';
import { assertTime } from './time.js';

export const LEAF_KINDS = [
  'entry',
  'revision',
  'signature',
  'supersession',
  'tombstone',
  'key',
  'grant',
  'run',
  'operator',
] as const;
export type LeafKind = (typeof LEAF_KINDS)[number];

/**
 * What the log keeps of one event. Leaves with the same tag are a chain: a diary's events, or those of an agent's keys.
 * `seq` counts the chain from 1, `prevLeaf` is the hash of the leaf before in hex and '' for the first. A chain can so not
 * lose a leaf from its middle, and its signed head (head.ts) tells where it ends.
 */
export interface Leaf {
  kind: LeafKind;
  tag: string;
  seq: number;
  prevLeaf: string;
  /** The content hash of an entry or a revision; of other kinds a hash that subjects below make, or one of the caller's. */
  subjectHash: string;
  /** The key of whoever did it. */
  authorKeyId: string;
  at: string;
}

/** The bytes, as text, that the log hashes and publishes. Throws InvalidInput for a field that is not in its one form. */
export function leafText({ kind, tag, seq, prevLeaf, subjectHash, authorKeyId, at }: Leaf): string {
  if (!LEAF_KINDS.includes(kind)) throw new InvalidInput('kind', `must be one of ${LEAF_KINDS.join(', ')}`);
  assertHex(tag, 'tag', 32);
  assertSize(seq, 'seq');
  if (seq === 0) throw new InvalidInput('seq', 'must count from 1');
  assertPrevLeaf(prevLeaf, seq);
  assertHex(subjectHash, 'subjectHash', 32);
  assertHex(authorKeyId, 'authorKeyId', 32);
  assertTime(at, 'at');
  return canonicalJson(['moltnet:leaf:v1', kind, tag, seq, prevLeaf, subjectHash, authorKeyId, at]);
}

function assertPrevLeaf(prevLeaf: unknown, seq: number): void {
  if (seq > 1) return assertHex(prevLeaf, 'prevLeaf', 32);
  if (prevLeaf !== '') throw new InvalidInput('prevLeaf', "must be '' in the first leaf of a chain");
}

/** SHA-256 of a diary's or an agent's id and a secret salt of 32 bytes in hex: the log tells outsiders nothing about either. */
export function chainTag(id: string, salt: string): string {
  assertUuid(id, 'id');
  assertHex(salt, 'salt', 32);
  return primitives.sha256Hex(canonicalJson(['moltnet:tag:v1', id, salt]));
}

/** One event of an agent's keys. The beginning of an epoch ends the one before; a key that ends without a successor says so. */
export interface KeyEvent {
  /** The id of the agent's first key, which names the agent. */
  agentKeyId: string;
  epoch: number;
  keyId: string;
  change: 'begins' | 'ends';
  /** Why: '' where nobody gave one. */
  reason: string;
}

export function keyEventHash({ agentKeyId, epoch, keyId, change, reason }: KeyEvent): string {
  assertHex(agentKeyId, 'agentKeyId', 32);
  assertSize(epoch, 'epoch');
  assertHex(keyId, 'keyId', 32);
  if (!['begins', 'ends'].includes(change)) throw new InvalidInput('change', 'must be begins or ends');
  assertTextWithin(reason, 'reason', 1000);
  return subject(['moltnet:key:v1', agentKeyId, epoch, keyId, change, reason]);
}

/** `contentHash` is the last version's: erasing takes every version of the entry. */
export interface Tombstone {
  entryId: string;
  contentHash: string;
  reason: string;
}

export function tombstoneHash({ entryId, contentHash, reason }: Tombstone): string {
  assertUuid(entryId, 'entryId');
  assertHex(contentHash, 'contentHash', 32);
  assertText(reason, 'reason');
  return subject(['moltnet:tombstone:v1', entryId, contentHash, reason]);
}

export interface Supersession {
  entryId: string;
  contentHash: string;
  successorId: string;
  successorHash: string;
}

export function supersessionHash({ entryId, contentHash, successorId, successorHash }: Supersession): string {
  assertUuid(entryId, 'entryId');
  assertHex(contentHash, 'contentHash', 32);
  assertUuid(successorId, 'successorId');
  assertHex(successorHash, 'successorHash', 32);
  return subject(['moltnet:supersession:v1', entryId, contentHash, successorId, successorHash]);
}

/** A signature that came after its entry, as its own event: the key must be good at this leaf, not only at the entry's. */
export function signatureHash({ contentHash, signature }: { contentHash: string; signature: string }): string {
  assertHex(contentHash, 'contentHash', 32);
  assertText(signature, 'signature');
  return subject(['moltnet:signature:v1', contentHash, signature]);
}

function subject(envelope: readonly (string | number)[]): string {
  return primitives.sha256Hex(canonicalJson(envelope));
}
