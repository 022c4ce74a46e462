import { expect } from 'chai';
import fc from 'fast-check';
import { assertCanonicalTags, canonicalTags, compareUtf8, LIMITS } from '@moltnet/protocol';
import * as arbitrary from './arbitraries.js';

describe('tags', () => {
  it('are ordered as their UTF-8 bytes are', () => {
    fc.assert(
      fc.property(arbitrary.tag, arbitrary.tag, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).to.equal(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 2000 },
    );
  });

  it('come out the same in whatever order and however often they come in', () => {
    const shuffled = arbitrary.tags.chain((tags) =>
      fc.tuple(fc.constant(tags), fc.shuffledSubarray([...tags, ...tags], { minLength: tags.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([tags, others]) => {
        const canonical = canonicalTags(tags);
        expect(canonicalTags(others)).to.deep.equal(canonical);
        expect(new Set(canonical)).to.deep.equal(new Set(tags));
        assertCanonicalTags(canonical);
      }),
    );
  });

  it('leave the array that came in as it was', () => {
    const tags = Object.freeze(['b', 'a']);
    expect(canonicalTags(tags)).to.deep.equal(['a', 'b']);
  });

  it('are refused uncanonical where they are hashed, with the remedy', () => {
    for (const tags of [
      ['b', 'a'],
      ['a', 'a'],
    ]) {
      expect(() => assertCanonicalTags(tags))
        .to.throw('tags[1] is repeated or out of order; send the tags once each, by their UTF-8 bytes')
        .that.includes({ field: 'tags[1]' });
    }
  });

  it('are limited in number and length', () => {
    const tooMany = Array.from({ length: LIMITS.tags + 1 }, (_, i) => `tag ${i}`);
    expect(() => canonicalTags(tooMany)).to.throw('tags has more than 20 tags; leave some out');
    expect(canonicalTags([...tooMany.slice(1), ...tooMany.slice(1)])).to.have.length(LIMITS.tags);
    expect(() => canonicalTags(['a'.repeat(129)])).to.throw('tags[0] has more than 128 code points; shorten it');
    expect(() => canonicalTags([''])).to.throw('tags[0] is empty; leave it out');
  });
});
