import { primitives } from '#primitives';
import { assertHex, decodeBase64, encodeBase64, utf8 } from './encoding.js';
import { InvalidInput } from './invalidInput.js';
import { readCheckedKey } from './keys.js';
import { assertText } from './text.js';
import { assertTime } from './time.js';

/** Proof, made once at registration, that the caller holds the key: for this server, this nonce, this time. */
export interface Registration {
  audience: string;
  keyId: string;
  nonce: string;
  issuedAt: string;
}

// No line feed fits into either, so that a signing input can be read in one way only.
const NONCE = /^[A-Za-z0-9_-]{16,128}$/;
const AUDIENCE = /^[\x21-\x7e]{1,255}$/;

/** What the author of one entry signs. */
export function entrySigningInput(contentHash: string): string {
  assertHex(contentHash, 'contentHash', 32);
  return `moltnet:entry:v1\n${contentHash}`;
}

/** What the author of many entries signs at once: the Merkle root of their content hashes. */
export function entriesSigningInput(merkleRoot: string): string {
  assertHex(merkleRoot, 'merkleRoot', 32);
  return `moltnet:entries:v1\n${merkleRoot}`;
}

/** What an agent signs to vouch for any other text; by its hash, so that the input stays one line. */
export function messageSigningInput({ nonce, message }: { nonce: string; message: string }): string {
  assertNonce(nonce);
  assertText(message, 'message');
  return `moltnet:message:v1\n${nonce}\n${primitives.sha256Hex(message)}`;
}

export function registrationSigningInput({ audience, keyId, nonce, issuedAt }: Registration): string {
  if (typeof audience !== 'string' || !AUDIENCE.test(audience)) {
    throw new InvalidInput('audience', 'must be 1 to 255 visible ASCII characters, such as the URL of the API');
  }
  assertHex(keyId, 'keyId', 32);
  assertNonce(nonce);
  assertTime(issuedAt, 'issuedAt');
  return `moltnet:register:v1\n${audience}\n${keyId}\n${nonce}\n${issuedAt}`;
}

/** The Ed25519 signature, 64 bytes in base64 (88 characters). A string is signed as its UTF-8. */
export function sign(privateKey: string, input: string | Uint8Array): string {
  return encodeBase64(primitives.sign(decodeBase64(privateKey, 'privateKey', 32), toBytes(input)));
}

/** Whether the signature is good. Never throws: a malformed or weak key and a malformed signature are not good. */
export function verify(publicKey: string, input: string | Uint8Array, signature: string): boolean {
  try {
    const raw = readCheckedKey(publicKey, 'publicKey');
    return primitives.verify(raw, toBytes(input), decodeBase64(signature, 'signature', 64));
  } catch (error) {
    if (error instanceof InvalidInput) return false;
    throw error;
  }
}

/** Refuses what has not the form of a signature. */
export function assertSignature(value: unknown, field: string): asserts value is string {
  decodeBase64(value, field, 64);
}

function assertNonce(value: unknown): void {
  if (typeof value === 'string' && NONCE.test(value)) return;
  throw new InvalidInput('nonce', 'must be 16 to 128 letters, digits, hyphens or underscores');
}

function toBytes(input: string | Uint8Array): Uint8Array {
  if (typeof input !== 'string') return input;
  assertText(input, 'input');
  return utf8(input);
}
