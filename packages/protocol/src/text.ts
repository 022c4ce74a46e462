import { InvalidInput } from './invalidInput.js';

// With the u flag a surrogate that belongs to a pair is part of another code point, so only lone ones match.
const UNSTORABLE = /\0|\p{Surrogate}/u;

/**
 * Refuses what is not text: another type, NUL (Postgres stores none) and lone surrogates (they have no UTF-8, and encoders
 * replace them silently, so that two texts would share a hash). Everything else is hashed as it is, without normalisation.
 */
export function assertText(value: unknown, field: string): asserts value is string {
  if (typeof value !== 'string') throw new InvalidInput(field, `must be a string, not ${describe(value)}`);
  const position = value.search(UNSTORABLE);
  if (position === -1) return;
  const problem = value.charCodeAt(position) === 0 ? 'a NUL character' : 'half of a surrogate pair';
  throw new InvalidInput(field, `has ${problem} at position ${position}; remove it`);
}

/** assertText, and at most `max` code points. */
export function assertTextWithin(value: unknown, field: string, max: number): asserts value is string {
  assertText(value, field);
  // There are never more code points than UTF-16 units: most texts need no counting.
  if (value.length > max && countCodePoints(value) > max) {
    throw new InvalidInput(field, `has more than ${max} code points; shorten it`);
  }
}

/** The number of code points of a text that assertText accepts. */
export function countCodePoints(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) pairs++;
  return text.length - pairs;
}

/** For messages: `null`, `an array`, `a number`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}
