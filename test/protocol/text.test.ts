import { expect } from 'chai';
import fc from 'fast-check';
import { assertText, assertTextWithin, countCodePoints } from '@moltnet/protocol';
import * as arbitrary from './arbitraries.js';

describe('text', () => {
  it('is refused exactly when UTF-8 cannot give it back, or it has a NUL', () => {
    fc.assert(
      fc.property(arbitrary.units, (value) => {
        const survives = Buffer.from(value, 'utf8').toString('utf8') === value && !value.includes('\0');
        if (survives) assertText(value, 'title');
        else expect(() => assertText(value, 'title')).to.throw(/^title has .+ at position \d+; remove it$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused with the field and the position of what is wrong', () => {
    const refusal = { name: 'InvalidInput', field: 'entries[3].title' };
    expect(() => assertText('ab\0', 'entries[3].title'))
      .to.throw('entries[3].title has a NUL character at position 2; remove it')
      .that.includes(refusal);
    expect(() => assertText('😀\ud83d', 'entries[3].title'))
      .to.throw('entries[3].title has half of a surrogate pair at position 2; remove it')
      .that.includes(refusal);
  });

  it('is refused when it is no string', () => {
    for (const [value, kind] of [
      [undefined, 'undefined'],
      [null, 'null'],
      [[], 'an array'],
      [{}, 'an object'],
      [1, 'a number'],
    ]) {
      expect(() => assertText(value, 'title')).to.throw(`title must be a string, not ${kind as string}`);
    }
  });

  it('is counted in code points', () => {
    fc.assert(fc.property(arbitrary.text, (value) => countCodePoints(value) === [...value].length));
    assertTextWithin('😀'.repeat(5), 'title', 5);
    expect(() => assertTextWithin('😀'.repeat(6), 'title', 5)).to.throw(
      'title has more than 5 code points; shorten it',
    );
  });
});
