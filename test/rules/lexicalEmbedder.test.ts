import { expect } from 'chai';
import fc from 'fast-check';
import { embedLexically } from '../../src/rules/lexicalEmbedder.js';

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
const similarity = (a: string, b: string) => cosine(embedLexically(a).vector, embedLexically(b).vector);

describe('the lexical embedder', () => {
  it('answers every text with a unit vector of 384 dimensions', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { vector } = embedLexically(text);
        expect(vector).to.have.length(384);
        expect(cosine(vector, vector)).to.be.closeTo(1, 1e-5);
      }),
    );
  });

  it('depends on nothing but the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (text, between) => {
        const first = embedLexically(text).vector;
        embedLexically(between);
        expect(embedLexically(text).vector).to.deep.equal(first);
      }),
    );
  });

  // A literal, because stored vectors depend on it: if this fails, raise LEXICAL_MODEL.revision and then change it.
  it('computes what its revision says', () => {
    const { vector } = embedLexically('The deploy failed');
    const parts = [10, 15, 27, 40].map((slot) => vector[slot]?.toFixed(4));
    expect(parts).to.deep.equal(['-0.1500', '0.1500', '0.1500', '0.1500']);
  });

  const NOTE = 'The database migration crashed because of a missing index';
  const UNRELATED = 'Customers asked for larger pictures on the profile page';

  it('puts a misspelt query nearer to its note than to another', () => {
    expect(similarity('databse migartion', NOTE)).to.be.greaterThan(similarity('databse migartion', UNRELATED) + 0.1);
  });

  it('finds an inflected form', () => {
    expect(similarity('migrating databases', NOTE)).to.be.greaterThan(
      similarity('migrating databases', UNRELATED) + 0.1,
    );
  });

  it('takes camelCase, accents and case apart as words', () => {
    expect(similarity('databaseMigration', 'database migration')).to.be.closeTo(1, 1e-6);
    expect(similarity('Café déjà', 'cafe DEJA')).to.be.closeTo(1, 1e-6);
  });

  it('hardly notices function words', () => {
    expect(similarity('what was the migration', 'migration')).to.be.greaterThan(0.95);
  });

  it('knows no synonyms, which is why it is never called semantic', () => {
    expect(Math.abs(similarity('car', 'automobile'))).to.be.lessThan(0.2);
  });

  it('cuts at the cap and says so', () => {
    const start = 'deploy failed '.repeat(1_000);
    const { vector, truncated } = embedLexically(start + 'elephant');
    expect(truncated).to.equal(true);
    expect(vector).to.deep.equal(embedLexically(start).vector);
  });
});
