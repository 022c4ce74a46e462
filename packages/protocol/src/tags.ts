import { InvalidInput } from './invalidInput.js';
import { LIMITS } from './limits.js';
import { assertTextWithin, describe } from './text.js';

/** The tags as they are stored and hashed: each once, in the order of their UTF-8 bytes. */
export function canonicalTags(tags: readonly string[], field = 'tags'): string[] {
  assertEachTag(tags, field);
  const canonical = [...new Set(tags)].sort(compareUtf8);
  assertTagCount(canonical, field);
  return canonical;
}

/** Refuses tags that canonicalTags would change: a hash must stand for exactly one list. */
export function assertCanonicalTags(tags: readonly string[], field = 'tags'): void {
  assertEachTag(tags, field);
  assertTagCount(tags, field);
  tags.forEach((tag, i) => {
    const former = tags[i - 1];
    if (former === undefined || compareUtf8(former, tag) < 0) return;
    throw new InvalidInput(
      `${field}[${i}]`,
      'is repeated or out of order; send the tags once each, by their UTF-8 bytes',
    );
  });
}

/** The order of the UTF-8 bytes of two texts. It differs from `<`, by UTF-16 units, once characters lie beyond U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** UTF-8 orders by code point: surrogates, which stand for code points above U+FFFF, go behind all other units. */
function rank(unit: number): number {
  return (unit & 0xf800) === 0xd800 ? unit + 0x10000 : unit;
}

function assertEachTag(tags: unknown, field: string): void {
  if (!Array.isArray(tags)) throw new InvalidInput(field, `must be an array of strings, not ${describe(tags)}`);
  Array.from(tags as unknown[]).forEach((tag, i) => {
    assertTextWithin(tag, `${field}[${i}]`, LIMITS.tagCodePoints);
    if (tag === '') throw new InvalidInput(`${field}[${i}]`, 'is empty; leave it out');
  });
}

function assertTagCount(tags: readonly string[], field: string): void {
  if (tags.length > LIMITS.tags) throw new InvalidInput(field, `has more than ${LIMITS.tags} tags; leave some out`);
}
