import { InvalidInput } from './invalidInput.js';
import { assertText, describe } from './text.js';

/** All that the protocol's envelopes are made of. Objects, booleans and null are left out: nothing needs them. */
export type CanonicalValue = string | number | readonly CanonicalValue[];

/**
 * The value as RFC 8785 writes it. Integers beyond 2^53 and fractions are refused, because languages disagree about them.
 * For strings and safe integers RFC 8785 is what ECMAScript's JSON.stringify writes.
 */
export function canonicalJson(value: CanonicalValue, field = 'value'): string {
  if (Array.isArray(value)) {
    // Array.from visits holes too, which are refused as undefined.
    return `[${Array.from(value as CanonicalValue[], (item, i) => canonicalJson(item, `${field}[${i}]`)).join(',')}]`;
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) {
      throw new InvalidInput(field, `must be an integer between -(2^53 - 1) and 2^53 - 1, not ${value}`);
    }
    return String(value);
  }
  if (typeof value !== 'string') {
    throw new InvalidInput(field, `must be a string, an integer or an array of those, not ${describe(value)}`);
  }
  assertText(value, field);
  return JSON.stringify(value);
}
