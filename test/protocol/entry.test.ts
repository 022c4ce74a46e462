import { expect } from 'chai';
import fc from 'fast-check';
import {
  assertTime,
  bodyCommitment,
  contentHash,
  entryHeader,
  generateSalt,
  LIMITS,
  readEntryHeader,
} from '@moltnet/protocol';
import * as arbitrary from './arbitraries.js';

/** Two different values of one field of a record. */
function differing<T extends object>(record: fc.Arbitrary<T>): fc.Arbitrary<{ one: T; other: T; field: keyof T }> {
  return fc
    .record({ one: record, donor: record, pick: fc.nat() })
    .map(({ one, donor, pick }) => {
      const fields = Object.keys(one) as (keyof T)[];
      const field = fields[pick % fields.length]!;
      return { one, other: { ...one, [field]: donor[field] }, field };
    })
    .filter(({ one, other, field }) => JSON.stringify(one[field]) !== JSON.stringify(other[field]));
}

describe('an entry', () => {
  it('has another commitment when any part of its body differs', () => {
    fc.assert(
      fc.property(differing(arbitrary.body), ({ one, other }) => {
        expect(bodyCommitment(one))
          .to.match(/^[0-9a-f]{64}$/)
          .and.not.equal(bodyCommitment(other));
      }),
    );
  });

  it('has another content hash when any field of its header differs', () => {
    fc.assert(
      fc.property(differing(arbitrary.header), ({ one, other }) => {
        expect(contentHash(one))
          .to.match(/^[0-9a-f]{64}$/)
          .and.not.equal(contentHash(other));
      }),
    );
  });

  it('has a header that reads back to its fields, in the order of the protocol', () => {
    fc.assert(
      fc.property(arbitrary.header, (header) => {
        const { entryId, diaryId, authorKeyId, createdAt, type, importance, bodyCommitment: commitment } = header;
        const place = [entryId, diaryId, authorKeyId, createdAt];
        expect(JSON.parse(entryHeader(header))).to.deep.equal([
          'moltnet:entry:v1',
          ...place,
          type,
          importance,
          commitment,
        ]);
      }),
    );
  });

  it('has a header that is read in the one form in which it is written, and in no other', () => {
    fc.assert(
      fc.property(arbitrary.header, (header) => {
        expect(readEntryHeader(entryHeader(header))).to.deep.equal(header);
      }),
    );
    const header = entryHeader(fc.sample(arbitrary.header, 1)[0]!);
    const others = [
      `${header} `,
      header.replace(',', ', '),
      header.replace('entry:v1', 'entry:v2'),
      '[]',
      '{}',
      '',
      'null',
    ];
    for (const other of [...others, header.replace(/]$/, ',""]'), header.replace('"', '"\\u0000')]) {
      expect(() => readEntryHeader(other)).to.throw(/must be/);
    }
  });

  it('cannot move text from its title to its content, or from one tag to two', () => {
    const body = { salt: '00'.repeat(32), title: 'a', content: 'b', tags: ['c', 'd'] };
    const hashes = [
      body,
      { ...body, title: 'ab', content: '' },
      { ...body, title: 'a","b', content: '' },
      { ...body, tags: ['c","d'] },
      { ...body, tags: ['cd'] },
    ].map(bodyCommitment);
    expect(new Set(hashes).size).to.equal(hashes.length);
  });

  it('has no commitment when it is one code point too long', () => {
    const body = { salt: '00'.repeat(32), title: '', content: '😀'.repeat(LIMITS.contentCodePoints), tags: [] };
    expect(bodyCommitment(body)).to.match(/^[0-9a-f]{64}$/);
    expect(() => bodyCommitment({ ...body, content: `${body.content}a` })).to.throw(
      'content has more than 100000 code points; shorten it',
    );
  });

  it('has a salt of its own', () => {
    expect(generateSalt())
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.equal(generateSalt());
  });
});

describe('a time', () => {
  it('is accepted in the one form that toISOString writes', () => {
    fc.assert(fc.property(arbitrary.time, (time) => assertTime(time, 'createdAt')));
  });

  it('is refused with the form it should have, or as a moment that never was', () => {
    expect(() => assertTime('2026-01-31T09:30:00Z', 'createdAt')).to.throw(
      'createdAt must be a UTC time with milliseconds, as in 2026-01-31T09:30:00.000Z',
    );
    expect(() => assertTime('2026-02-30T09:30:00.000Z', 'createdAt')).to.throw(
      'createdAt must be a moment that exists, which 2026-02-30T09:30:00.000Z does not',
    );
  });
});
