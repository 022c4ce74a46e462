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
} satisfies Record<string, (protocol: Implementation, input: any) => unknown>;
/* eslint-enable @typescript-eslint/no-explicit-any */

export type Operation = keyof typeof OPERATIONS;

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
