import { primitives } from '#primitives';
import { assertText } from './text.js';

/** SHA-256 in lower-case hex; a string is hashed as its UTF-8, and refused if it has none (assertText). */
export function sha256Hex(data: string | Uint8Array): string {
  if (typeof data === 'string') assertText(data, 'data');
  return primitives.sha256Hex(data);
}
