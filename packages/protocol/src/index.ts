/** The bytes of MoltNet: what is hashed and signed, the same in Node and in browsers. The formats are in README.md. */
export { canonicalJson, type CanonicalValue } from './canonicalJson.js';
export { assertHex, decodeBase64, encodeBase64 } from './encoding.js';
export {
  bodyCommitment,
  contentHash,
  ENTRY_TYPES,
  entryHeader,
  generateSalt,
  type EntryBody,
  type EntryHeader,
  type EntryType,
} from './entry.js';
export { InvalidInput } from './invalidInput.js';
export { derivePublicKey, fingerprint, generateKeyPair, keyId, parsePublicKey, type KeyPair } from './keys.js';
export { LIMITS } from './limits.js';
export { sha256Hex } from './sha256.js';
export {
  assertSignature,
  entriesSigningInput,
  entrySigningInput,
  messageSigningInput,
  registrationSigningInput,
  sign,
  verify,
  type Registration,
} from './signing.js';
export { assertCanonicalTags, canonicalTags, compareUtf8 } from './tags.js';
export { assertText, assertTextWithin, countCodePoints } from './text.js';
export { assertTime } from './time.js';
