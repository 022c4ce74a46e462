import type * as Protocol from '@moltnet/protocol';

export type Implementation = typeof Protocol;
export type Outcome = { result: unknown } | { refused: string };

/** One line of a vector file: an operation, what goes in, and what comes out or which field is refused. */
export type Vector = { name: string; operation: Operation; input: unknown } & Outcome;

/* eslint-disable @typescript-eslint/no-explicit-any -- vectors also carry values that the types forbid */
/** The operations of the vector files by name; test/protocol/second_implementation.py has the same ones. */
const OPERATIONS = {
  canonicalJson: (p, value) => p.canonicalJson(value),
  canonicalTags: (p, tags) => p.canonicalTags(tags),
  time: (p: Implementation, time: unknown) => {
    p.assertTime(time, 'time');
    return time;
  },
  bodyCommitment: (p, body) => p.bodyCommitment(body),
  entryHeader: (p, header) => p.entryHeader(header),
  contentHash: (p, header) => p.contentHash(header),
  derivePublicKey: (p, privateKey) => p.derivePublicKey(privateKey),
  keyId: (p, publicKey) => p.keyId(publicKey),
  fingerprint: (p, id) => p.fingerprint(id),
  entrySigningInput: (p, hash) => p.entrySigningInput(hash),
  entriesSigningInput: (p, root) => p.entriesSigningInput(root),
  messageSigningInput: (p, message) => p.messageSigningInput(message),
  registrationSigningInput: (p, registration) => p.registrationSigningInput(registration),
  keyRotationSigningInput: (p, rotation) => p.keyRotationSigningInput(rotation),
  keyRevocationSigningInput: (p, revocation) => p.keyRevocationSigningInput(revocation),
  secretRotationSigningInput: (p, rotation) => p.secretRotationSigningInput(rotation),
  recoverySigningInput: (p, recovery) => p.recoverySigningInput(recovery),
  sign: (p, { privateKey, text }) => p.sign(privateKey, text),
  verify: (p, { publicKey, text, signature }) => p.verify(publicKey, text, signature),
  merkleRoot: (p, leaves) => p.encodeHex(p.merkleRoot(p.buildLevels(bytesOf(leaves)))),
  inclusionProof: (p, { index, leaves }) => hexOf(p.inclusionProof(p.buildLevels(bytesOf(leaves)), index)),
  consistencyProof: (p, { olderSize, leaves }) => hexOf(p.consistencyProof(p.buildLevels(bytesOf(leaves)), olderSize)),
  verifyInclusion: (p, { leaf, index, size, path, root }) =>
    p.verifyInclusion(byteOf(leaf), { index, size, path: bytesOf(path) }, byteOf(root)),
  verifyConsistency: (p, { older, newer, path }) =>
    p.verifyConsistency({ ...older, root: byteOf(older.root) }, { ...newer, root: byteOf(newer.root) }, bytesOf(path)),
  leafHash: (p, leaf) => p.encodeHex(p.leafHash(p.leafText(leaf))),
  chainTag: (p, { id, salt }) => p.chainTag(id, salt),
  keyEventHash: (p, event) => p.keyEventHash(event),
  tombstoneHash: (p, tombstone) => p.tombstoneHash(tombstone),
  supersessionHash: (p, supersession) => p.supersessionHash(supersession),
  signatureHash: (p, signature) => p.signatureHash(signature),
  entriesRoot: (p, { contentHash, ...path }) => p.entriesRoot(contentHash, path),
  noteKeyHash: (p, key) => p.noteKeyHash(key),
  parseNoteKey: (p, key) => p.parseNoteKey(key),
  parseCheckpoint: (p, note) => {
    const { origin, size, root } = p.parseCheckpoint(note);
    return { origin, size, root: p.encodeHex(root) };
  },
  noteSigners: (p, { note, keys }) =>
    p
      .verifyNote(
        p.parseNote(note),
        keys.map((key: string) => p.parseNoteKey(key)),
      )
      .map((key) => `${key.name}+${p.noteKeyHash(key)}`),
  checkpointText: (p, { root, ...others }) => p.checkpointText({ ...others, root: byteOf(root) }),
  chainHeadText: (p, head) => p.chainHeadText(head),
  verifyBundle: (p, { bundle, trustedKeys, seen }) => {
    const { verdict, findings, notices } = p.verifyBundle(new Uint8Array(Buffer.from(bundle, 'base64')), {
      trustedKeys: trustedKeys.map((key: string) => p.parseNoteKey(key)),
      ...(seen && { seen: [{ ...seen, root: byteOf(seen.root) }] }),
    });
    const places = (found: { line: number; check: string }[]) => found.map(({ line, check }) => [line, check]);
    return { verdict, findings: places(findings), notices: places(notices) };
  },
} satisfies Record<string, (protocol: Implementation, input: any) => unknown>;
/* eslint-enable @typescript-eslint/no-explicit-any */

export type Operation = keyof typeof OPERATIONS;

function byteOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

function bytesOf(hashes: readonly string[]): Uint8Array[] {
  return hashes.map((hash) => byteOf(hash));
}

function hexOf(hashes: readonly Uint8Array[]): string[] {
  return hashes.map((hash) => Buffer.from(hash).toString('hex'));
}

/** Runs one operation on an implementation; errors other than refusals are thrown on. */
export function perform(protocol: Implementation, operation: Operation, input: unknown): Outcome {
  try {
    return { result: OPERATIONS[operation](protocol, input) };
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidInput')
      return { refused: (error as Protocol.InvalidInput).field };
    throw error;
  }
}
