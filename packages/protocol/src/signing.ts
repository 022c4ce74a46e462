import { primitives } from '#primitives';
import { assertHex, decodeBase64, encodeBase64, utf8 } from './encoding.js';
import { InvalidInput } from './invalidInput.js';
import { readCheckedKey } from './keys.js';
import { assertText } from './text.js';
import { assertTime } from './time.js';

/** What binds a proof to one server and one moment: whatever is signed with it counts there, once, for a few minutes. */
export interface ProofBinding {
  audience: string;
  nonce: string;
  issuedAt: string;
}

/** Proof, made once at registration, that the caller holds the key. */
export interface Registration extends ProofBinding {
  keyId: string;
}

/** Signed by both keys: the old one gives its place away, the new one shows that somebody holds it. */
export interface KeyRotation extends ProofBinding {
  oldKeyId: string;
  newKeyId: string;
}

export interface KeyRevocation extends ProofBinding {
  /** The key that ends. */
  keyId: string;
  reason: string;
  /** From when on its signatures are in doubt; absent: nothing is known of a theft. */
  compromisedAt?: string | undefined;
}

export interface SecretRotation extends ProofBinding {
  /** The agent's present key. */
  keyId: string;
  /** How long the former secret stays good. */
  graceSeconds: number;
}

/** Answers a challenge of the server, which holds nonce and time already. */
export interface Recovery {
  audience: string;
  keyId: string;
  challenge: string;
}

// No line feed fits into either, so that a signing input can be read in one way only.
const NONCE = /^[A-Za-z0-9_-]{16,128}$/;
const AUDIENCE = /^[\x21-\x7e]{1,255}$/;
const CHALLENGE = /^[A-Za-z0-9_.-]{16,1024}$/;
/** A week; longer is no grace any more. */
const MAX_GRACE_SECONDS = 604_800;

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

export function registrationSigningInput({ keyId, ...binding }: Registration): string {
  assertBinding(binding);
  assertHex(keyId, 'keyId', 32);
  return proofInput('moltnet:register:v1', binding, keyId);
}

export function keyRotationSigningInput({ oldKeyId, newKeyId, ...binding }: KeyRotation): string {
  assertBinding(binding);
  assertHex(oldKeyId, 'oldKeyId', 32);
  assertHex(newKeyId, 'newKeyId', 32);
  return proofInput('moltnet:rotate-key:v1', binding, oldKeyId, newKeyId);
}

/** The reason by its hash, so that the input stays lines; `-` where no compromise is known. */
export function keyRevocationSigningInput({ keyId, reason, compromisedAt, ...binding }: KeyRevocation): string {
  assertBinding(binding);
  assertHex(keyId, 'keyId', 32);
  assertText(reason, 'reason');
  if (compromisedAt !== undefined) assertTime(compromisedAt, 'compromisedAt');
  const since = compromisedAt ?? '-';
  return proofInput('moltnet:revoke-key:v1', binding, keyId, primitives.sha256Hex(reason), since);
}

export function secretRotationSigningInput({ keyId, graceSeconds, ...binding }: SecretRotation): string {
  assertBinding(binding);
  assertHex(keyId, 'keyId', 32);
  if (!Number.isInteger(graceSeconds) || graceSeconds < 0 || graceSeconds > MAX_GRACE_SECONDS) {
    throw new InvalidInput('graceSeconds', `must be a whole number from 0 to ${MAX_GRACE_SECONDS}`);
  }
  return proofInput('moltnet:rotate-secret:v1', binding, keyId, String(graceSeconds));
}

export function recoverySigningInput({ audience, keyId, challenge }: Recovery): string {
  assertAudience(audience);
  assertHex(keyId, 'keyId', 32);
  if (typeof challenge !== 'string' || !CHALLENGE.test(challenge)) {
    throw new InvalidInput('challenge', 'must be the challenge as the server gave it');
  }
  return `moltnet:recover:v1\n${audience}\n${keyId}\n${challenge}`;
}

function proofInput(purpose: string, { audience, nonce, issuedAt }: ProofBinding, ...subject: string[]): string {
  return [purpose, audience, ...subject, nonce, issuedAt].join('\n');
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

function assertBinding({ audience, nonce, issuedAt }: ProofBinding): void {
  assertAudience(audience);
  assertNonce(nonce);
  assertTime(issuedAt, 'issuedAt');
}

function assertAudience(value: unknown): void {
  if (typeof value === 'string' && AUDIENCE.test(value)) return;
  throw new InvalidInput('audience', 'must be 1 to 255 visible ASCII characters, such as the URL of the API');
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
