import { canonicalJson } from './canonicalJson.js';
import { assertHex, decodeBase64, encodeBase64 } from './encoding.js';
import { InvalidInput } from './invalidInput.js';
import { assertSize, type TreeHead } from './merkle.js';
import { assertKeyName, formatNoteKey, parseNote, parseNoteKey, signNote, type Note, type NoteKey } from './note.js';
import { parseStrictJson } from './bundle/strictJson.js';

/** What a log signs about its whole tree: c2sp.org/tlog-checkpoint, without extension lines. */
export interface Checkpoint extends TreeHead {
  origin: string;
}

const SIZE = /^(0|[1-9]\d{0,15})$/;

export function checkpointText({ origin, size, root }: Checkpoint): string {
  assertKeyName(origin, 'origin');
  assertSize(size, 'size');
  if (root.length !== 32) throw new InvalidInput('root', 'must be 32 bytes');
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/** The signed note that a log publishes; more than one private key while a key is exchanged for another. */
export function signCheckpoint(checkpoint: Checkpoint, privateKeys: readonly string[]): string {
  return signNote(
    checkpointText(checkpoint),
    privateKeys.map((privateKey) => ({ name: checkpoint.origin, privateKey })),
  );
}

/** Throws InvalidInput for a note that is no checkpoint. Verify the note before trusting it (verifyNote). */
export function parseCheckpoint(signed: string): Checkpoint & { note: Note } {
  const note = parseNote(signed);
  const [origin, size, root, ...others] = note.text.slice(0, -1).split('\n');
  assertKeyName(origin, 'origin');
  if (size === undefined || !SIZE.test(size)) throw new InvalidInput('size', 'must be a decimal number');
  const checkpoint = { origin, size: Number(size), root: decodeBase64(root, 'root', 32) };
  assertSize(checkpoint.size, 'size');
  // Monitors cannot audit what such lines say, so that a log of ours writes none and a verifier of ours takes none.
  if (others.length > 0) throw new InvalidInput('checkpoint', 'has lines below its root hash');
  return { ...checkpoint, note };
}

/** By which one key of a log hands over to the next: the last tree that the old one signed, and both keys. Both sign it. */
export interface LogKeyChange {
  last: TreeHead;
  from: NoteKey;
  to: NoteKey;
}

export function logKeyChangeText({ last, from, to }: LogKeyChange): string {
  assertSize(last.size, 'size');
  const fields = ['moltnet:log-key:v1', last.size, encodeBase64(last.root), formatNoteKey(from), formatNoteKey(to)];
  return `${canonicalJson(fields)}\n`;
}

/** Throws InvalidInput for another text. */
export function parseLogKeyChange(text: string): LogKeyChange {
  const fields = parseStrictJson(text.slice(0, -1));
  const [, size, root, from, to] = Array.isArray(fields) ? fields : [];
  assertSize(size, 'size');
  const last = { size, root: decodeBase64(root, 'root', 32) };
  const change = { last, from: parseNoteKey(from as string, 'from'), to: parseNoteKey(to as string, 'to') };
  if (logKeyChangeText(change) !== text)
    throw new InvalidInput('text', 'is not that of one key handing over to another');
  return change;
}

/** Where a chain of leaves ends in the tree of `treeSize` leaves, signed by the log: what is left out shows. */
export interface ChainHead {
  origin: string;
  tag: string;
  count: number;
  /** The hash of the chain's last leaf in hex; '' where there is none. */
  lastLeaf: string;
  treeSize: number;
}

/** One line, so that no head can ever be read as a checkpoint, which has three. */
export function chainHeadText({ origin, tag, count, lastLeaf, treeSize }: ChainHead): string {
  assertKeyName(origin, 'origin');
  assertHex(tag, 'tag', 32);
  assertSize(count, 'count');
  if (count > 0 || lastLeaf !== '') assertHex(lastLeaf, 'lastLeaf', 32);
  assertSize(treeSize, 'treeSize');
  return `${canonicalJson(['moltnet:head:v1', origin, tag, count, lastLeaf, treeSize])}\n`;
}

/** A signed note, as a checkpoint is. */
export function signChainHead(head: ChainHead, privateKeys: readonly string[]): string {
  return signNote(
    chainHeadText(head),
    privateKeys.map((privateKey) => ({ name: head.origin, privateKey })),
  );
}
