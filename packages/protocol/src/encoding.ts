import { InvalidInput } from './invalidInput.js';

const encoder = new TextEncoder();

/** The UTF-8 bytes of a text that assertText accepts. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Refuses everything but `bytes` bytes written as lower-case hex. */
export function assertHex(value: unknown, field: string, bytes: number): asserts value is string {
  if (typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value)) return;
  throw new InvalidInput(field, `must be ${bytes} bytes in lower-case hex, ${2 * bytes} digits`);
}

export function encodeHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The bytes of lower-case hex; refuses another length or spelling. */
export function decodeHex(value: unknown, field: string, bytes: number): Uint8Array {
  assertHex(value, field, bytes);
  const decoded = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) decoded[i] = 16 * digit(value.charCodeAt(2 * i)) + digit(value.charCodeAt(2 * i + 1));
  return decoded;
}

function digit(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** Whether two hashes are the same bytes. They are public: the time that it takes tells nobody anything. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function encodeBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/**
 * Reads `length` bytes from base64 with padding, and refuses every spelling but the one that encodeBase64 writes: no
 * URL alphabet, no blanks, no stray bits, so that a key or a signature has one form.
 */
export function decodeBase64(value: unknown, field: string, length: number): Uint8Array {
  const bytes = typeof value === 'string' ? readBase64(value) : undefined;
  if (bytes?.length === length && encodeBase64(bytes) === value) return bytes;
  throw new InvalidInput(field, `must be ${length} bytes in base64 with padding`);
}

/** decodeBase64 where the length is not known before. */
export function decodeAnyBase64(value: unknown, field: string): Uint8Array {
  const bytes = typeof value === 'string' ? readBase64(value) : undefined;
  if (bytes && encodeBase64(bytes) === value) return bytes;
  throw new InvalidInput(field, 'must be base64 with padding');
}

function readBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
