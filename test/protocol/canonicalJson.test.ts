import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalJson, type CanonicalValue } from '@moltnet/protocol';
import * as arbitrary from './arbitraries.js';

const canonicalValue = fc.letrec<{ value: CanonicalValue }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, arbitrary.text, fc.maxSafeInteger(), fc.array(tie('value'))),
})).value;

describe('canonical JSON', () => {
  it('is what JSON.stringify writes, for all that it accepts', () => {
    fc.assert(fc.property(canonicalValue, (value) => canonicalJson(value) === JSON.stringify(value)));
  });

  it('refuses numbers that are not safe integers', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        if (Number.isSafeInteger(value)) return canonicalJson(value) === JSON.stringify(value);
        expect(() => canonicalJson(value)).to.throw('value must be an integer between');
        return true;
      }),
    );
  });

  it('writes minus zero as zero', () => {
    expect(canonicalJson(-0)).to.equal('0');
  });

  it('names the place of what it refuses', () => {
    expect(() => canonicalJson(['a', [1, 0.5]], 'leaf'))
      .to.throw('leaf[1][1] must be an integer')
      .that.includes({ field: 'leaf[1][1]' });
  });

  it('refuses objects, booleans, null, and holes in arrays', () => {
    // eslint-disable-next-line no-sparse-arrays -- the hole is the case
    for (const value of [{}, true, null, undefined, 1n, [1, , 2], { toJSON: () => 'a' }]) {
      expect(() => canonicalJson(value as CanonicalValue)).to.throw(
        'must be a string, an integer or an array of those',
      );
    }
  });
});
