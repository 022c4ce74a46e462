import fc from 'fast-check';
import { ENTRY_TYPES, canonicalTags, compareUtf8 } from '@moltnet/protocol';

/** Text that the protocol accepts: any code points but NUL. */
export const text = fc.string({ unit: 'binary', maxLength: 60 }).map((value) => value.replaceAll('\0', ''));

/** Any sequence of UTF-16 units, lone surrogates and NUL among them. */
export const units = fc
  .array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd7fe, max: 0xe001 }), fc.nat(0x80)), { maxLength: 12 })
  .map((codes) => String.fromCharCode(...codes));

export const tag = fc
  .oneof(
    text,
    units.map((value) => value.replace(/\0|\p{Surrogate}/gu, '')),
  )
  .filter(Boolean);
export const tags = fc.array(tag, { maxLength: 8 });

const hex32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));

export const body = fc.record({
  salt: hex32,
  title: text,
  content: text,
  tags: tags.map((each) => canonicalTags(each).sort(compareUtf8)),
});

export const time = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

export const header = fc.record({
  entryId: fc.uuid(),
  diaryId: fc.uuid(),
  authorKeyId: hex32,
  createdAt: time,
  type: fc.constantFrom(...ENTRY_TYPES),
  importance: fc.integer({ min: 1, max: 10 }),
  bodyCommitment: hex32,
});

/** Nested arrays of what canonicalJson takes, and of numbers and texts that it refuses. */
export const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    units,
    fc.maxSafeInteger(),
    fc.double(),
    fc.array(tie('value'), { maxLength: 5 }),
  ),
})).value;
