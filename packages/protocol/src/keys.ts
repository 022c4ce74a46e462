import { primitives } from '#primitives';
import { Point } from '@noble/ed25519';
import { assertHex, decodeBase64, encodeBase64 } from './encoding.js';
import { InvalidInput } from './invalidInput.js';

/** `privateKey` is the RFC 8032 seed, `publicKey` has its wire form. */
export interface KeyPair {
  /** 32 bytes in base64, without a prefix. A secret. */
  privateKey: string;
  /** `ed25519:` and 32 bytes in base64. */
  publicKey: string;
}

const PREFIX = 'ed25519:';

// Checking a point takes 0.8 ms, eight times a verification in Node, and the same keys come again and again.
const checkedKeys = new Map<string, Uint8Array>();
const CHECKED_KEYS_MAX = 4096;

export function generateKeyPair(): KeyPair {
  const privateKey = encodeBase64(crypto.getRandomValues(new Uint8Array(32)));
  return { privateKey, publicKey: derivePublicKey(privateKey) };
}

/** The public key of a private key, in its wire form. */
export function derivePublicKey(privateKey: string): string {
  return PREFIX + encodeBase64(primitives.derivePublicKey(decodeBase64(privateKey, 'privateKey', 32)));
}

/**
 * The 32 bytes of a public key from its wire form. Refuses, besides other spellings, every point outside the prime-order
 * group: with a small-order key anyone signs anything, with a mixed-order key implementations disagree about signatures.
 */
export function parsePublicKey(publicKey: string, field = 'publicKey'): Uint8Array {
  return readCheckedKey(publicKey, field).slice();
}

/** Hex SHA-256 of the key's 32 bytes: how programs name a key. */
export function keyId(publicKey: string): string {
  return primitives.sha256Hex(readCheckedKey(publicKey, 'publicKey'));
}

/** The key id's first 16 digits as `XXXX-XXXX-XXXX-XXXX`: 64 bits, for people to compare and never for programs. */
export function fingerprint(id: string): string {
  assertHex(id, 'keyId', 32);
  return id
    .slice(0, 16)
    .toUpperCase()
    .replace(/.{4}(?=.)/g, '$&-');
}

/** parsePublicKey without the copy, for use inside this package: the bytes are shared and must not be changed. */
export function readCheckedKey(publicKey: string, field: string): Uint8Array {
  const known = checkedKeys.get(publicKey);
  if (known) return known;
  if (typeof publicKey !== 'string' || !publicKey.startsWith(PREFIX)) {
    throw new InvalidInput(field, `must be ${PREFIX} and 32 bytes in base64`);
  }
  const raw = decodeBase64(publicKey.slice(PREFIX.length), field, 32);
  assertPrimeOrder(raw, field);
  // The oldest goes first: a flood of new keys costs checks, never memory.
  if (checkedKeys.size >= CHECKED_KEYS_MAX) checkedKeys.delete(checkedKeys.keys().next().value as string);
  checkedKeys.set(publicKey, raw);
  return raw;
}

function assertPrimeOrder(raw: Uint8Array, field: string): void {
  const point = readPoint(raw);
  if (!point) throw new InvalidInput(field, 'is not a point of Ed25519 in its canonical form; generate another key');
  if (point.isSmallOrder()) throw new InvalidInput(field, 'is a point of small order; generate another key');
  if (!point.isTorsionFree()) throw new InvalidInput(field, 'is a point of mixed order; generate another key');
}

function readPoint(raw: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(raw);
  } catch {
    return undefined;
  }
}
