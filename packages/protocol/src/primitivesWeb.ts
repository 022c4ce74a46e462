import { getPublicKey, hashes, Point, sign, verify } from '@noble/ed25519';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { encodeHex, utf8 } from './encoding.js';
import type { Primitives } from './primitives.js';

// noble's synchronous functions have no SHA-512 of their own.
hashes.sha512 = sha512;

export const primitives: Primitives = {
  sha256Hex: (data) => encodeHex(sha256(typeof data === 'string' ? utf8(data) : data)),

  sha256: (data) => sha256(data),

  derivePublicKey: (seed) => getPublicKey(seed),

  sign: (seed, message) => sign(message, seed),

  verify(publicKey, message, signature) {
    // noble multiplies the equation by 8, and so accepts an R that its signer moved by a point of small order; node:crypto
    // compares R itself. With R and the key in the prime-order group both ask the same question.
    return (
      verify(signature, message, publicKey, { zip215: false }) &&
      Point.fromBytes(signature.subarray(0, 32)).isTorsionFree()
    );
  },
};
