import { expect } from 'chai';
import fc from 'fast-check';
import { MAX_QUERY_CHARACTERS, parseSearchQuery, phrasePattern } from '../../src/rules/parseSearchQuery.js';

describe('A search query', () => {
  it('is text, phrases and exclusions', () => {
    expect(parseSearchQuery('why "timed  out" in -staging -"known issue" now')).to.deep.equal({
      text: 'why timed out in now',
      phrases: ['timed out'],
      excludedTerms: ['staging'],
      excludedPhrases: ['known issue'],
      truncated: false,
    });
  });

  it('takes typographic quotation marks for what they are', () => {
    expect(parseSearchQuery('“full disk” -“old disk”')).to.deep.include({
      phrases: ['full disk'],
      excludedPhrases: ['old disk'],
    });
  });

  it('takes a quotation that does not end, flags, numbers and dashes for text', () => {
    const text = 'open "quote --force -5 - -x_y well-known 5"disk a"b"c';
    const { text: kept, phrases, excludedTerms } = parseSearchQuery(text);
    expect(kept).to.equal('open "quote --force -5 - well-known 5"disk a"b"c');
    expect(phrases).to.deep.equal([]);
    expect(excludedTerms).to.deep.equal(['x_y']);
  });

  it('is cut at a length and says so', () => {
    const { text, truncated } = parseSearchQuery('😀'.repeat(MAX_QUERY_CHARACTERS + 1));
    expect(truncated).to.equal(true);
    expect([...text]).to.have.length(MAX_QUERY_CHARACTERS);
    expect(parseSearchQuery('x'.repeat(MAX_QUERY_CHARACTERS)).truncated).to.equal(false);
  });

  it('never fails, and never hands on what the database refuses', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '-', ' ', '-"', '“', '”', '\0', '\ud800'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const parsed = parseSearchQuery(pieces.join(''));
        const all = [parsed.text, ...parsed.phrases, ...parsed.excludedTerms, ...parsed.excludedPhrases].join(' ');
        expect(all).to.not.match(/[\0\p{Surrogate}]/u);
        expect([...parsed.phrases, ...parsed.excludedTerms, ...parsed.excludedPhrases]).to.not.include('');
      }),
    );
  });

  it('keeps every word of a text without marks, in order', () => {
    const word = fc.stringMatching(/^[a-z0-9_./:@]+$/);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        expect(parseSearchQuery(words.join(' ')).text).to.equal(words.join(' '));
      }),
    );
  });
});

describe('The pattern of a phrase', () => {
  it('escapes what a regular expression would read', () => {
    expect(phrasePattern('a.b (c)')).to.equal(String.raw`(?<![[:alnum:]])a\U0000002eb\s+\U00000028c\U00000029`);
  });

  it('asks for no word edge in scripts without spaces', () => {
    expect(phrasePattern('数据')).to.equal('数据');
  });
});
