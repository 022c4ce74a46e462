import { primitives } from '#primitives';
import { decodeAnyBase64, decodeBase64, encodeBase64, encodeHex, utf8 } from './encoding.js';
import { InvalidInput } from './invalidInput.js';
import { derivePublicKey, readCheckedKey } from './keys.js';
import { sign, verify } from './signing.js';
import { assertText } from './text.js';

/**
 * Signed notes as c2sp.org/signed-note has them: a text, an empty line, and a line for each signature. Only signatures of
 * its type 1 are made and checked, Ed25519 over the text; all others are let be, as it demands.
 */
export interface Note {
  /** With its final line feed: what is signed. */
  text: string;
  signatures: NoteSignature[];
}

export interface NoteSignature {
  name: string;
  /** Eight digits: which key of this name, by a hash too short to trust. */
  keyHash: string;
  /** All bytes behind the key's hash, base64. */
  signature: string;
}

/** A key that signs notes. `name` is a log's origin. */
export interface NoteKey {
  name: string;
  publicKey: string;
}

const ED25519 = 1;
const SIGNATURES_MAX = 64;
const NOTE_UNITS_MAX = 64 * 1024;
const NAME = /^[^\s+\p{Cc}]{1,255}$/u;

export function assertKeyName(name: unknown, field = 'name'): asserts name is string {
  assertText(name, field);
  if (!NAME.test(name)) throw new InvalidInput(field, 'must be 1 to 255 characters without blanks, plus or control');
}

/** The eight digits by which a note names the key: the first four bytes of SHA-256 over name, line feed, type and key. */
export function noteKeyHash({ name, publicKey }: NoteKey): string {
  assertKeyName(name);
  const key = readCheckedKey(publicKey, 'publicKey');
  return primitives.sha256Hex(Uint8Array.from([...utf8(`${name}\n`), ED25519, ...key])).slice(0, 8);
}

/** The key as one word, `name+hash+base64 of type and key`: how people hand a log's key on. */
export function formatNoteKey(key: NoteKey): string {
  const bytes = Uint8Array.from([ED25519, ...readCheckedKey(key.publicKey, 'publicKey')]);
  return `${key.name}+${noteKeyHash(key)}+${encodeBase64(bytes)}`;
}

export function parseNoteKey(text: string, field = 'key'): NoteKey {
  assertText(text, field);
  const [, name, hash, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidInput(field, 'must be a name, eight digits and a key, joined by plus');
  const bytes = decodeBase64(encoded, field, 33);
  if (bytes[0] !== ED25519) throw new InvalidInput(field, 'is not an Ed25519 key');
  const key = { name, publicKey: `ed25519:${encodeBase64(bytes.subarray(1))}` };
  if (noteKeyHash(key) !== hash) throw new InvalidInput(field, 'has a hash that is not that of its name and key');
  return key;
}

/** The note with one signature by each signer, in their order; notes that are signed already are signed by signing their text. */
export function signNote(text: string, signers: readonly { name: string; privateKey: string }[]): string {
  assertNoteText(text);
  const lines = signers.map(({ name, privateKey }) => {
    const hash = noteKeyHash({ name, publicKey: derivePublicKey(privateKey) });
    const signature = decodeBase64(sign(privateKey, text), 'signature', 64);
    return `— ${name} ${encodeBase64(Uint8Array.from([...hexBytes(hash), ...signature]))}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/** Throws InvalidInput for what is no signed note. Nothing is verified: do not trust the text before verifyNote. */
export function parseNote(note: string): Note {
  assertText(note, 'note');
  if (note.length > NOTE_UNITS_MAX) throw new InvalidInput('note', `is longer than ${NOTE_UNITS_MAX} characters`);
  const end = note.lastIndexOf('\n\n');
  if (end === -1 || !note.endsWith('\n')) throw new InvalidInput('note', 'has no signatures below an empty line');
  const text = note.slice(0, end + 1);
  assertNoteText(text);
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX) throw new InvalidInput('note', `has more than ${SIGNATURES_MAX} signatures`);
  return { text, signatures: lines.map(parseSignatureLine) };
}

/**
 * The given keys that have signed the note. Throws InvalidInput where a signature under the name and hash of a given key
 * is not that key's: someone altered the note.
 */
export function verifyNote(note: Note, keys: readonly NoteKey[]): NoteKey[] {
  return keys.filter((key) => {
    const hash = noteKeyHash(key);
    const claimed = note.signatures.filter(({ name, keyHash }) => name === key.name && keyHash === hash);
    if (!claimed.every(({ signature }) => verify(key.publicKey, note.text, signature))) {
      throw new InvalidInput('note', `bears a signature that is not that of ${formatNoteKey(key)}`);
    }
    return claimed.length > 0;
  });
}

function parseSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = /^— ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
  assertKeyName(name ?? '', 'note');
  const bytes = decodeAnyBase64(encoded, 'note');
  if (bytes.length < 5) throw new InvalidInput('note', 'has a signature of no bytes');
  return { name: name!, keyHash: encodeHex(bytes.subarray(0, 4)), signature: encodeBase64(bytes.subarray(4)) };
}

function assertNoteText(text: string): void {
  assertText(text, 'note');
  // eslint-disable-next-line no-control-regex -- notes have none of these but line feeds
  if (!text.endsWith('\n') || /[\0-\x09\x0b-\x1f]/.test(text)) {
    throw new InvalidInput('note', 'must end with a line feed and have no other control characters');
  }
}

function hexBytes(hex: string): number[] {
  return hex.match(/../g)!.map((byte) => Number.parseInt(byte, 16));
}
