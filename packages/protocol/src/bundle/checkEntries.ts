import { entriesRoot, type EntryPath } from '../entriesTree.js';
import { bodyCommitment, contentHash } from '../entry.js';
import { signatureHash, supersessionHash, tombstoneHash } from '../leaf.js';
import { entriesSigningInput, entrySigningInput, verify } from '../signing.js';
import { checkPlace, noticeClaimedTime, noticeTimes, refusedAs } from './checkPlace.js';
import type { EntryLine, RelationLine, SignatureLine, SupersessionLine, TombstoneLine } from './lines.js';
import { BrokenLine } from './report.js';
import { addNotice, type EntryState, type VersionState, type VerifierState } from './state.js';

/** One version of an entry: its header is what was logged, its text what the header commits to, its signature its author's. */
export function checkEntry(state: VerifierState, line: EntryLine): void {
  const leaf = checkPlace(state, line);
  noticeTimes(state, leaf.at);
  const { header, body, signature } = line;
  const id = header.entryId;
  const hash = refusedAs('entry', () => contentHash(header), id);
  const entry = keepVersion(state, line, hash);
  if (hash !== leaf.subjectHash) throw new BrokenLine('entry', 'has another header than was logged', id);
  if (header.diaryId !== state.header!.diaryId) {
    throw new BrokenLine('entry', `belongs to the diary ${header.diaryId}`, id);
  }
  if (body === null) entry.lacksBody = true;
  else if (refusedAs('body', () => bodyCommitment(body), id) !== header.bodyCommitment) {
    throw new BrokenLine('body', 'has another text than its author committed to', id);
  }
  if (signature !== null) checkSignature(state, entry.versions.at(-1)!, { ...line, signature }, id);
  else if (line.signaturePath !== null) throw new BrokenLine('signature', 'has a path and no signature', id);
  if (leaf.authorKeyId !== header.authorKeyId) {
    addNotice(state, 'author', 'was logged for another key than that of its author', id);
  }
  noticeClaimedTime(state, header.createdAt, leaf.at, id);
}

function keepVersion(state: VerifierState, { line, header }: EntryLine, hash: string): EntryState {
  const { entryId: id, authorKeyId } = header;
  const known = state.entries.get(id);
  if (line === 'entry' && known) throw new BrokenLine('entry', `was there on line ${known.line}`, id);
  if (line === 'revision' && !known) throw new BrokenLine('entry', 'is revised before it is there', id);
  if (known?.isErased) throw new BrokenLine('entry', 'is revised after it was erased', id);
  if (known?.versions.some((version) => version.hash === hash)) {
    throw new BrokenLine('entry', 'has the header of an earlier version once more', id);
  }
  state.counts[line === 'entry' ? 'entries' : 'revisions']++;
  const entry = known ?? { versions: [], line: state.lineNumber, lacksBody: false, isErased: false };
  entry.versions.push({ hash, authorKeyId, isSigned: false });
  state.entries.set(id, entry);
  return entry;
}

/** A signature that came later. It must be good here, where it was logged. */
export function checkLateSignature(state: VerifierState, line: SignatureLine): void {
  const leaf = checkPlace(state, line);
  noticeTimes(state, leaf.at);
  const { entryId: id, contentHash: hash } = line;
  if (refusedAs('signature', () => signatureHash(line), id) !== leaf.subjectHash) {
    throw new BrokenLine('signature', 'is another signature than was logged', id);
  }
  const version = knownVersion(state, 'signature', id, hash);
  if (version.authorKeyId !== leaf.authorKeyId) throw new BrokenLine('signature', "is not its author's", id);
  checkSignature(state, version, line, id);
}

/** Checks a signature that stands at `index` of the log. */
function checkSignature(
  state: VerifierState,
  version: VersionState,
  { index, signature, signaturePath }: { index: number; signature: string; signaturePath: EntryPath | null },
  id: string,
): void {
  const { hash, authorKeyId } = version;
  const publicKey = keyAt(state, authorKeyId, index, id);
  const input = refusedAs('signature', () => signingInput(hash, signaturePath), id);
  if (!verify(publicKey, input, signature)) {
    throw new BrokenLine('signature', `is not signed by its author, whose key is ${authorKeyId}`, id);
  }
  if (!version.isSigned) state.counts.signed++;
  version.isSigned = true;
}

function signingInput(hash: string, path: EntryPath | null): string {
  return path === null ? entrySigningInput(hash) : entriesSigningInput(entriesRoot(hash, path));
}

/** The key, if it was good when the log took the leaf at `index`. */
function keyAt(state: VerifierState, keyId: string, index: number, id: string): string {
  const key = state.keys.get(keyId);
  const foreign = state.foreignKeys.get(keyId);
  if (!key && foreign !== undefined) {
    addNotice(state, 'foreignKey', `is signed with ${keyId}: whether it was good then, this log does not know`, id);
    return foreign;
  }
  if (!key) throw new BrokenLine('key', `is signed with ${keyId}, which is not in the bundle`, id);
  if (index < key.from) throw new BrokenLine('key', `is signed with ${keyId}, which begins only at ${key.from}`, id);
  if (index > key.until) throw new BrokenLine('key', `is signed with ${keyId}, which had ended at ${key.until}`, id);
  return key.publicKey;
}

export function checkTombstone(state: VerifierState, line: TombstoneLine): void {
  const leaf = checkPlace(state, line);
  noticeTimes(state, leaf.at);
  const { entryId: id, contentHash: hash } = line.tombstone;
  if (refusedAs('tombstone', () => tombstoneHash(line.tombstone), id) !== leaf.subjectHash) {
    throw new BrokenLine('tombstone', 'is another tombstone than was logged', id);
  }
  const entry = state.entries.get(id);
  if (!entry) throw new BrokenLine('tombstone', 'erases an entry that is not there', id);
  if (entry.isErased) throw new BrokenLine('tombstone', 'erases an entry for the second time', id);
  if (entry.versions.at(-1)?.hash !== hash) throw new BrokenLine('tombstone', "has not the entry's last hash", id);
  entry.isErased = true;
  state.counts.erased++;
}

/** The successor may stand in another diary: only the entry that it follows must be here. */
export function checkSupersession(state: VerifierState, line: SupersessionLine): void {
  const leaf = checkPlace(state, line);
  noticeTimes(state, leaf.at);
  const { entryId: id, contentHash: hash } = line.supersession;
  if (refusedAs('supersession', () => supersessionHash(line.supersession), id) !== leaf.subjectHash) {
    throw new BrokenLine('supersession', 'is another supersession than was logged', id);
  }
  knownVersion(state, 'supersession', id, hash);
}

/** Relations are not in the log: all that shows is whether they are about these entries and these versions. */
export function checkRelation(state: VerifierState, { fromId, fromHash, toId, toHash }: RelationLine): void {
  if (!state.entries.has(fromId) && !state.entries.has(toId)) {
    throw new BrokenLine('relation', 'is between entries that are not there');
  }
  for (const [id, hash] of [
    [fromId, fromHash],
    [toId, toHash],
  ] as const) {
    if (state.entries.has(id)) knownVersion(state, 'relation', id, hash);
  }
  state.counts.relations++;
}

function knownVersion(
  { entries }: VerifierState,
  check: 'signature' | 'supersession' | 'relation',
  id: string,
  hash: string,
): VersionState {
  const version = entries.get(id)?.versions.find((each) => each.hash === hash);
  if (version) return version;
  throw new BrokenLine(check, `is about a version that is not there, ${hash}`, id);
}
