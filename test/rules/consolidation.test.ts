import { expect } from 'chai';
import fc from 'fast-check';
import { NOTES } from '../../bench/data/topics.js';
import { groupSources, type Grouping } from '../../src/rules/consolidation/groupSources.js';
import type { Source } from '../../src/rules/consolidation/source.js';
import { splitSentences } from '../../src/rules/consolidation/splitSentences.js';
import { summariseGroup } from '../../src/rules/consolidation/summariseGroup.js';
import { makeSources, runThrough } from '../support/sources.js';

const LIMITS = { minSize: 3, maxSize: 25 };
const group = (sources: Source[], limits = LIMITS) => runThrough(groupSources(sources, limits));
const contents = NOTES.map(({ content }) => content);
const topicOf = new Map(makeSources(contents).map(({ id }, i) => [id, NOTES[i]?.topic ?? null]));
const topicsOf = ({ groups }: Grouping) =>
  groups.map(({ sources }) => [...new Set(sources.map((id) => topicOf.get(id)))]);

/** Unit vectors without any meaning, whose cosines all lie between 0.85 and 0.95, as those of e5 do. */
function alikeVectors(): () => Float32Array {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff - 0.5;
  };
  return () => {
    const raw = Float32Array.from({ length: 384 }, (_, d) => 0.12 * Math.sin(d * 7) + random() * 0.09);
    const length = Math.hypot(...raw);
    return raw.map((value) => value / length);
  };
}

describe('Grouping for consolidation', () => {
  it('finds the topics of labelled notes and leaves the rest alone', () => {
    const grouping = group(makeSources(contents));
    const topics = topicsOf(grouping);
    expect(topics.every((set) => set.length === 1 && set[0] !== null)).to.equal(true);
    expect(new Set(topics.flat())).to.have.property('size', 9);
    const grouped = grouping.groups.flatMap(({ sources }) => sources).length;
    const labelled = NOTES.filter(({ topic }) => topic !== null).length;
    expect(grouped / labelled).to.be.greaterThan(0.9);
  });

  it('never puts distinct topics together because their vectors are all alike', () => {
    const vector = alikeVectors();
    const sources = makeSources(contents, vector);
    const cosine = (a = 0, b = 1) =>
      sources[a]?.vector?.reduce((sum, value, d) => sum + value * (sources[b]?.vector?.[d] ?? 0), 0);
    for (const [a, b] of [
      [0, 1],
      [5, 9],
      [20, 40],
    ])
      expect(cosine(a, b)).to.be.within(0.85, 0.95);
    expect(topicsOf(group(sources)).filter((set) => set.length > 1)).to.deep.equal([]);
    const distinct = makeSources(
      NOTES.filter(({ topic }) => topic === null).map(({ content }) => content),
      vector,
    );
    expect(group(distinct).groups).to.deep.equal([]);
  });

  it('goes by words where vectors are missing', () => {
    const topics = topicsOf(group(makeSources(contents, () => null)));
    expect(topics.length).to.be.at.least(8);
    expect(topics.filter((set) => set.length > 1)).to.deep.equal([]);
  });

  it('does not depend on the order in which sources come', () => {
    const sources = makeSources(contents);
    const expected = group(sources);
    fc.assert(
      fc.property(fc.shuffledSubarray(sources, { minLength: sources.length }), (shuffled) => {
        expect(group(shuffled)).to.deep.equal(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('loses no source and takes none twice', () => {
    const sources = makeSources(contents);
    fc.assert(
      fc.property(fc.subarray(sources), fc.integer({ min: 2, max: 6 }), (some, maxSize) => {
        const { groups, kept } = group(some, { minSize: 2, maxSize });
        const seen = [...groups.flatMap((each) => each.sources), ...kept.map(({ id }) => id)];
        expect(seen.sort()).to.deep.equal(some.map(({ id }) => id).sort());
        expect(groups.every((each) => each.sources.length >= 2 && each.sources.length <= maxSize)).to.equal(true);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps scopes apart', () => {
    const sources = makeSources(contents).map((source, i) => ({ ...source, tags: [`project:${i % 2}`] }));
    for (const { sources: ids } of group(sources, { minSize: 2, maxSize: 25 }).groups) {
      const scopes = new Set(sources.filter(({ id }) => ids.includes(id)).map(({ tags }) => tags[0]));
      expect(scopes).to.have.property('size', 1);
    }
  });

  const REPEATED =
    'The nightly import of the price list into the shop finished after 14 minutes without any error at all.';

  it('joins repetitions of one text', () => {
    const { groups } = group(makeSources([REPEATED, 'Something else entirely.', REPEATED, REPEATED]));
    expect(groups.map(({ sources }) => sources.length)).to.deep.equal([3]);
  });

  it('proposes a conflict where two texts differ in a number, and joins them as no repetition', () => {
    const changed = REPEATED.replace('14', '41');
    const { conflicts, groups } = group(makeSources([REPEATED, changed]), LIMITS);
    expect(groups).to.deep.equal([]);
    expect(conflicts).to.have.length(1);
    expect(conflicts[0]).to.include({ earlier: makeSources([REPEATED])[0]?.id });
  });
});

describe('A summary', () => {
  const sources = makeSources(NOTES.filter(({ topic }) => topic === 'ios-crash').map(({ content }) => content));

  it('consists of sentences of its sources, to the letter, in the order of time', () => {
    const summary = summariseGroup(sources);
    for (const { source, start, end, text } of summary.sentences) {
      expect(sources.find(({ id }) => id === source)?.content.slice(start, end)).to.equal(text);
    }
    expect(summary.content).to.equal(summary.sentences.map(({ text }) => text).join('\n'));
    const ids = summary.sentences.map(({ source }) => source);
    expect(ids).to.deep.equal([...ids].sort());
    expect(summary.title).to.match(/iOS.*\(2026-11-01 to 2026-11-05\)$/);
  });

  it('is the same whatever order the sources come in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(sources, { minLength: sources.length }), (shuffled) => {
        expect(summariseGroup(shuffled)).to.deep.equal(summariseGroup(sources));
      }),
    );
  });

  it('cites each of a few sources, and says nothing twice', () => {
    expect(new Set(summariseGroup(sources).sentences.map(({ source }) => source))).to.have.property(
      'size',
      sources.length,
    );
    const [first] = sources;
    const repeated = makeSources(Array.from({ length: 4 }, () => first?.content ?? ''));
    expect(summariseGroup(repeated).sentences).to.have.length(1);
  });

  it('is bounded, whatever its sources are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 3_000 }), { minLength: 1, maxLength: 30 }),
        (texts) => {
          const { title, content, sentences } = summariseGroup(makeSources(texts, () => null));
          expect(title.length).to.be.at.most(255);
          expect(content.length).to.be.at.most(2_000 + 12);
          expect(sentences.length).to.be.at.most(12);
        },
      ),
    );
  });
});

describe('The sentence splitter', () => {
  const split = (text: string) => splitSentences(text).map(({ start, end }) => text.slice(start, end));

  it('knows abbreviations, numbers, identifiers and initials', () => {
    expect(split('It failed, e.g. in v1.2.3. See src/db/a.ts. Dr. A. Nother wrote 3.5 pages. Done!')).to.deep.equal([
      'It failed, e.g. in v1.2.3.',
      'See src/db/a.ts.',
      'Dr. A. Nother wrote 3.5 pages.',
      'Done!',
    ]);
  });

  it('takes list items apart and leaves their markers', () => {
    expect(split('Steps:\n- Stop it.\n- Start it\n2) Look at it')).to.deep.equal([
      'Steps:',
      'Stop it.',
      'Start it',
      'Look at it',
    ]);
  });

  it('keeps a fenced block whole', () => {
    expect(split('Run:\n```\nnpm ci\nnpm test. Now\n```\nThen wait.')).to.deep.equal([
      'Run:',
      '```\nnpm ci\nnpm test. Now\n```',
      'Then wait.',
    ]);
  });

  it('splits scripts without spaces at their own stops', () => {
    expect(split('部署失败了。重试成功。')).to.deep.equal(['部署失败了。', '重试成功。']);
  });

  it('covers any text in order, without blanks at either end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        let last = 0;
        for (const { start, end } of splitSentences(text)) {
          expect(start).to.be.at.least(last);
          expect(text.slice(start, end).trim()).to.equal(text.slice(start, end));
          expect(end).to.be.greaterThan(start);
          last = end;
        }
      }),
    );
  });
});
