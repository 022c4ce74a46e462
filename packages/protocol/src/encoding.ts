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

function readBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
