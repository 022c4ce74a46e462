/** The bytes of MoltNet: what is hashed and signed, the same in Node and in browsers. The formats are in README.md. */
export {
  bundleLine,
  BUNDLE_FORMAT,
  leafFields,
  type BundleLine,
  type EntryLine,
  type KeyLine,
} from './bundle/lines.js';
export { type BundleCheck, type BundleNotice, type BundleReport, type Finding } from './bundle/report.js';
export { type SeenTree, type VerifyOptions } from './bundle/state.js';
export { createBundleVerifier, LINE_BYTES_MAX, verifyBundle, type BundleVerifier } from './bundle/verifyBundle.js';
export { canonicalJson, type CanonicalValue } from './canonicalJson.js';
export {
  chainHeadText,
  checkpointText,
  logKeyChangeText,
  parseCheckpoint,
  signChainHead,
  signCheckpoint,
  type ChainHead,
  type Checkpoint,
  type LogKeyChange,
} from './checkpoint.js';
export { assertHex, decodeBase64, decodeHex, encodeBase64, encodeHex } from './encoding.js';
export { entriesRoot, entriesTree, type EntryPath } from './entriesTree.js';
export {
  bodyCommitment,
  contentHash,
  ENTRY_TYPES,
  entryHeader,
  generateSalt,
  readEntryHeader,
  type EntryBody,
  type EntryHeader,
  type EntryType,
} from './entry.js';
export { appendLeaf, emptyFrontier, frontierRoot, type Frontier, type Node } from './frontier.js';
export { InvalidInput } from './invalidInput.js';
export { derivePublicKey, fingerprint, generateKeyPair, keyId, parsePublicKey, type KeyPair } from './keys.js';
export {
  chainTag,
  keyEventHash,
  LEAF_KINDS,
  leafText,
  signatureHash,
  supersessionHash,
  tombstoneHash,
  type KeyEvent,
  type Leaf,
  type LeafKind,
  type Supersession,
  type Tombstone,
} from './leaf.js';
export { LIMITS } from './limits.js';
export { formatLogProof, parseLogProof, type LogProof } from './logProof.js';
export {
  EMPTY_ROOT,
  leafHash,
  nodeHash,
  rootFromInclusion,
  verifyConsistency,
  verifyInclusion,
  type TreeHead,
} from './merkle.js';
export {
  formatNoteKey,
  noteKeyHash,
  parseNote,
  parseNoteKey,
  signNote,
  verifyNote,
  type Note,
  type NoteKey,
} from './note.js';
export { buildLevels, consistencyProof, inclusionProof, merkleRoot, type Levels } from './proofs.js';
export { sha256Hex } from './sha256.js';
export {
  assertSignature,
  entriesSigningInput,
  entrySigningInput,
  keyRevocationSigningInput,
  keyRotationSigningInput,
  messageSigningInput,
  recoverySigningInput,
  registrationSigningInput,
  secretRotationSigningInput,
  sign,
  verify,
  type KeyRevocation,
  type KeyRotation,
  type Recovery,
  type Registration,
  type SecretRotation,
} from './signing.js';
export { assertCanonicalTags, canonicalTags, compareUtf8 } from './tags.js';
export { assertText, assertTextWithin, countCodePoints } from './text.js';
export {
  consistencyProofFromTiles,
  frontierFromTiles,
  inclusionProofFromTiles,
  newTiles,
  parseTilePath,
  TILE_WIDTH,
  tilePath,
  tileWidth,
  type NamedTile,
  type ReadTiles,
  type Tile,
} from './tiles.js';
export { assertTime } from './time.js';
