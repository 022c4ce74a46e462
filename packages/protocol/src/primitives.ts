/**
 * What the protocol takes from a cryptographic library. There are two sets with the same results, and the import map of
 * package.json (`#primitives`) chooses: node:crypto in Node, where it verifies 15 times as fast, noble everywhere else.
 */
export interface Primitives {
  /** Lower-case hex. A string is hashed as its UTF-8. */
  sha256Hex(data: string | Uint8Array): string;
  sha256(data: Uint8Array): Uint8Array;
  /** The 32-byte public key of a 32-byte seed. */
  derivePublicKey(seed: Uint8Array): Uint8Array;
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /**
   * Whether R, byte for byte, is the encoding of [S]B - [k]A, and S is below the group's order. `publicKey` is one that
   * parsePublicKey accepted.
   */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}
