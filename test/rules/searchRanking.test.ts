import { expect } from 'chai';
import fc from 'fast-check';
import { boostsOf } from '../../src/rules/boostScore.js';
import { chooseVectorPlan, EXACT_UP_TO } from '../../src/rules/chooseVectorPlan.js';
import { dropCoveredLexemes, MAX_LEXEMES } from '../../src/rules/dropCoveredLexemes.js';
import { estimateTokens, fitBudget } from '../../src/rules/fitBudget.js';
import { fuseRankings } from '../../src/rules/fuseRankings.js';
import { MAX_POSTINGS, planPostings } from '../../src/rules/planPostings.js';

describe('Fusing two rankings', () => {
  const lexical = (...ids: string[]) => ids.map((id, i) => ({ id, score: 100 - i }));
  const vector = (...ids: string[]) => ids.map((id, i) => ({ id, similarity: 0.99 - i / 100 }));
  const ids = fc.uniqueArray(fc.uuid(), { maxLength: 40 });

  it('puts what both found before what one found', () => {
    const fused = fuseRankings({ lexical: lexical('a', 'b'), vector: vector('c', 'b', 'd') });
    expect(fused[0]).to.deep.include({
      id: 'b',
      lexical: { rank: 2, score: 99 },
      vector: { rank: 2, similarity: 0.98 },
    });
  });

  it('judges an entry without a vector by its words, so that what was just written is not held back', () => {
    const input = { lexical: lexical('new', 'old'), vector: vector('old', 'other') };
    expect(fuseRankings(input)[0]?.id).to.equal('old');
    expect(fuseRankings({ ...input, unembedded: new Set(['new']) })[0]?.id).to.equal('new');
  });

  it('keeps the order of a channel that is alone, its first scoring 1', () => {
    fc.assert(
      fc.property(ids, (list) => {
        const fused = fuseRankings({ lexical: lexical(...list), vector: [] });
        expect(fused.map(({ id }) => id)).to.deep.equal(list);
        if (list.length > 0) expect(fused[0]?.fused).to.equal(1);
      }),
    );
  });

  it('gives each candidate once, scored from 0 to 1, never better for ranking lower', () => {
    fc.assert(
      fc.property(ids, ids, (left, right) => {
        const fused = fuseRankings({ lexical: lexical(...left), vector: vector(...right) });
        expect(new Set(fused.map(({ id }) => id)).size).to.equal(new Set([...left, ...right]).size);
        for (const { fused: score } of fused) expect(score).to.be.within(0, 1 + 1e-9);
        const inBoth = fused.filter((entry) => entry.lexical && entry.vector);
        for (const [i, better] of inBoth.entries()) {
          for (const worse of inBoth.slice(i + 1)) {
            const dominated =
              (worse.lexical?.rank ?? 0) < (better.lexical?.rank ?? 0) &&
              (worse.vector?.rank ?? 0) < (better.vector?.rank ?? 0);
            expect(dominated).to.equal(false);
          }
        }
      }),
    );
  });

  it('follows the weights', () => {
    const input = {
      lexical: [
        { id: 'a', score: 2 },
        { id: 'b', score: 1 },
      ],
      vector: vector('b', 'a'),
    };
    expect(fuseRankings({ ...input, weights: { lexical: 2, vector: 1 } })[0]?.id).to.equal('a');
    expect(fuseRankings({ ...input, weights: { lexical: 1, vector: 2 } })[0]?.id).to.equal('b');
  });
});

describe('Boosts', () => {
  const now = new Date('2026-01-01');

  it('stay within bounds for any age and importance', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), fc.integer({ min: 1, max: 10 }), (createdAt, importance) => {
        const { recency, importance: factor } = boostsOf({ createdAt, importance }, now, {
          recency: true,
          importance: true,
        });
        expect(recency).to.be.within(1, 1.1);
        expect(factor).to.be.within(1, 1.1);
      }),
    );
  });

  it('halve with thirty days and can be switched off', () => {
    const entry = { createdAt: new Date('2025-12-02'), importance: 10 };
    expect(boostsOf(entry, now, { recency: true, importance: true })).to.deep.equal({ recency: 1.05, importance: 1.1 });
    expect(boostsOf(entry, now, { recency: false, importance: false })).to.deep.equal({ recency: 1, importance: 1 });
  });
});

describe('The token budget', () => {
  const hit = (length: number) => ({ entry: { title: '', content: 'x'.repeat(length), tags: [] } });

  it('counts a quarter of a token for a letter and one for an ideograph', () => {
    expect(estimateTokens({ title: null, content: 'x'.repeat(400), tags: null })).to.be.closeTo(130, 1);
    expect(estimateTokens({ title: null, content: '数'.repeat(400), tags: null })).to.be.closeTo(430, 1);
  });

  it('passes over what does not fit for what does', () => {
    const { fitting } = fitBudget([hit(40), hit(4000), hit(80)], 100);
    expect(fitting).to.deep.equal([hit(40), hit(80)]);
  });

  it('is kept, but for the first hit, which is always given', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 1000 }), (all, budget) => {
        const hits = all.map(hit);
        const { fitting, tokens } = fitBudget(hits, budget);
        expect(fitting[0]).to.equal(hits[0]);
        expect(tokens <= budget || fitting.length === 1).to.equal(true);
      }),
    );
  });
});

describe('The choice between exact and indexed vector search', () => {
  it('is exact for few entries, without an index, and for a sliver of the index', () => {
    const many = { entries: 50_000, passing: 1, allVectors: 100_000, indexed: true };
    expect(chooseVectorPlan(many).plan).to.equal('hnsw');
    expect(chooseVectorPlan({ ...many, entries: EXACT_UP_TO }).plan).to.equal('exact');
    expect(chooseVectorPlan({ ...many, indexed: false }).plan).to.equal('exact');
    expect(chooseVectorPlan({ ...many, entries: 5_000, allVectors: 5_000_000 }).plan).to.equal('exact');
    expect(chooseVectorPlan({ ...many, passing: 0 }).plan).to.equal('exact');
  });
});

describe('The plan of postings', () => {
  const words = ['common', 'rare', 'usual', 'absent'];
  const expected = new Map([
    ['common', 50_000],
    ['rare', 20],
    ['usual', 900],
    ['absent', 0],
  ]);

  it('reads everything where nothing was estimated', () => {
    expect(planPostings(words, undefined)).to.deep.equal({ single: [0, 1, 2, 3], pairs: [] });
  });

  it('reads the rarest first and pairs the last of them with what is too common', () => {
    expect(planPostings(words, expected)).to.deep.equal({ single: [3, 1, 2], pairs: [[2, 0]] });
  });

  it('reads a common lexeme where there is nothing else', () => {
    expect(planPostings(['common'], expected)).to.deep.equal({ single: [0], pairs: [] });
  });

  it('expects a bounded number of postings, the first lists aside', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 24 });
    fc.assert(
      fc.property(counts, (all) => {
        const lexemes = all.map((_, i) => `w${i}`);
        const { single } = planPostings(lexemes, new Map(all.map((count, i) => [`w${i}`, count])));
        const read = single.map((i) => Math.min(all[i] ?? 0, MAX_POSTINGS)).reduce((a, b) => a + b, 0);
        expect(read).to.be.at.most(2 * MAX_POSTINGS);
        expect(single.length).to.be.at.least(1);
      }),
    );
  });
});

describe('The lexemes to rank by', () => {
  it('are pairs rather than the characters in them', () => {
    expect(dropCoveredLexemes(['数', '据', '数据', '池', 'to', 'a'])).to.deep.equal(['数据', '池', 'to', 'a']);
  });

  it('are a bounded number', () => {
    const lexemes = Array.from({ length: 100 }, (_, i) => 'x'.repeat(i + 1));
    expect(dropCoveredLexemes(lexemes)).to.have.length(MAX_LEXEMES);
    expect(dropCoveredLexemes(lexemes)).to.include('x'.repeat(100));
  });
});
