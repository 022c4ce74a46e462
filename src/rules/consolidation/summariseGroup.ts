import { sortSources, type Source } from './source.js';
import { splitSentences } from './splitSentences.js';
import { contentWords, wordWeights } from './words.js';

/** Raise on any change that writes another text from the same sources. */
export const SUMMARY = 'extractive/1';

/** A sentence of the summary is `content.slice(start, end)` of its source, to the letter. */
export interface Sentence {
  source: string;
  start: number;
  end: number;
  text: string;
}

export interface Summary {
  title: string;
  content: string;
  tags: string[];
  importance: number;
  sentences: Sentence[];
}

const MAX_SENTENCES = 12;
/** Up to so many sources each has its sentence; of more, two in five add one. */
const ALL_CITED_UP_TO = 5;
const SENTENCES_A_SOURCE = 0.4;
const MAX_CHARACTERS = 2_000;
/** A longer one is taken only where its source has no shorter. */
const MAX_SENTENCE = 600;
/** Of maximal marginal relevance (Carbonell and Goldstein 1998): how much likeness to the chosen costs. */
const NOVELTY = 0.4;
/** So like one that was chosen that it says nothing new. */
const REPETITION = 0.8;
/** What the first sentence of a source that is not cited yet, or one with an identifier or number not yet said, is worth. */
const COVERAGE = 0.25;
const FACT = 0.15;
const MAX_TAGS = 20;
const TITLE_WORDS = 4;

interface Candidate extends Sentence {
  words: Set<string>;
  facts: string[];
  salience: number;
}

/**
 * Writes what a group says in sentences of its own sources: those nearest to what all of them say, each adding something,
 * each source cited where there is room, numbers, names and commands as they were written. In the order of time.
 */
export function summariseGroup(sources: readonly Source[]): Summary {
  const sorted = sortSources(sources);
  const chosen = chooseSentences(findCandidates(sorted), sentenceLimit(sorted.length));
  const sentences = chosen.map(({ source, start, end, text }) => ({ source, start, end, text }));
  return {
    title: makeTitle(sorted),
    content: sentences.map(({ text }) => text).join('\n'),
    tags: commonTags(sorted),
    importance: Math.max(...sorted.map(({ importance }) => importance)),
    sentences,
  };
}

function sentenceLimit(sources: number): number {
  if (sources <= ALL_CITED_UP_TO) return ALL_CITED_UP_TO;
  return Math.min(MAX_SENTENCES, Math.round(ALL_CITED_UP_TO + (sources - ALL_CITED_UP_TO) * SENTENCES_A_SOURCE));
}

function findCandidates(sorted: readonly Source[]): Candidate[] {
  const sentences = sorted.flatMap((source) => sentencesOf(source));
  const weights = wordWeights(sentences.map(({ words }) => words));
  const counts = new Map<string, number>();
  for (const { words } of sentences) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  // A word of many sentences is what the group is about; the weight keeps what every sentence has from counting at all.
  const centre = (word: string) => ((counts.get(word) ?? 0) - 1) * (weights.get(word) ?? 0);
  const raw = sentences.map(
    ({ words }) => [...words].reduce((sum, word) => sum + centre(word), 0) / Math.sqrt(words.size + 4),
  );
  const highest = Math.max(...raw, 1);
  return sentences.map((sentence, i) => ({ ...sentence, salience: (raw[i] ?? 0) / highest }));
}

type Words = Omit<Candidate, 'salience'>;

function sentencesOf(source: Source): Words[] {
  const all = splitSentences(source.content).map(({ start, end }): Words => {
    const text = source.content.slice(start, end);
    return { source: source.id, start, end, text, words: new Set(contentWords(text)), facts: factsOf(text) };
  });
  const short = all.filter(({ text, words }) => text.length <= MAX_SENTENCE && words.size >= 2);
  return short.length > 0 ? short : all.filter(({ text }) => text.length <= MAX_CHARACTERS).slice(0, 1);
}

/** Numbers, identifiers, paths and quoted strings. */
function factsOf(text: string): string[] {
  return text.match(/`[^`\n]+`|[\p{L}\p{N}_./:@#-]*[\p{N}_/@#][\p{L}\p{N}_./:@#-]*/gu) ?? [];
}

function chooseSentences(candidates: Candidate[], limit: number): Candidate[] {
  const chosen: Candidate[] = [];
  const left = new Set(candidates);
  let characters = 0;
  while (chosen.length < limit && left.size > 0) {
    const best = findBest([...left], chosen);
    if (!best) break;
    left.delete(best);
    if (characters + best.text.length > MAX_CHARACTERS) continue;
    chosen.push(best);
    characters += best.text.length;
  }
  return candidates.filter((candidate) => chosen.includes(candidate));
}

/** The first of the best, so that the order of time decides between equals; none that only repeats. */
function findBest(left: Candidate[], chosen: Candidate[]): Candidate | undefined {
  const cited = new Set(chosen.map(({ source }) => source));
  const said = new Set(chosen.flatMap(({ facts }) => facts));
  let best: { candidate: Candidate; score: number } | undefined;
  for (const candidate of left) {
    const likeness = Math.max(0, ...chosen.map((other) => likenessOf(candidate.words, other.words)));
    if (likeness >= REPETITION) continue;
    const score =
      candidate.salience -
      NOVELTY * likeness +
      (cited.has(candidate.source) ? 0 : COVERAGE) +
      (candidate.facts.some((fact) => !said.has(fact)) ? FACT : 0);
    if (!best || score > best.score) best = { candidate, score };
  }
  return best?.candidate;
}

/** Dice's coefficient. */
function likenessOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const word of a) if (b.has(word)) common++;
  return (2 * common) / Math.max(1, a.size + b.size);
}

/** The words that most of the sources share, as the first of them writes them, and from when to when. */
function makeTitle(sorted: readonly Source[]): string {
  const words = sharedWords(sorted.map((source) => `${source.title} ${source.content}`)).slice(0, TITLE_WORDS);
  const dates = [sorted[0], sorted.at(-1)].map((source) => new Date(source?.createdAt ?? 0).toISOString().slice(0, 10));
  const when = dates[0] === dates[1] ? dates[0] : `${dates[0]} to ${dates[1]}`;
  return `${words.join(', ')} (${when})`.slice(0, 255);
}

/** Those of the most texts first; a set per text, so that one that repeats itself counts once. */
function sharedWords(texts: readonly string[]): string[] {
  const counts = new Map<string, { count: number; shown: string }>();
  for (const text of texts) {
    const seen = new Map<string, string>();
    for (const shown of text.match(/[\p{L}\p{N}][\p{L}\p{N}_./-]*[\p{L}\p{N}]/gu) ?? []) {
      const [word] = contentWords(shown);
      if (word !== undefined && !/^\p{N}+$/u.test(word) && !seen.has(word)) seen.set(word, shown);
    }
    for (const [word, shown] of seen)
      counts.set(word, { shown, ...counts.get(word), count: (counts.get(word)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).map(({ shown }) => shown);
}

/** Tags that at least half of the sources carry, the most frequent first. */
function commonTags(sorted: readonly Source[]): string[] {
  const counts = new Map<string, number>();
  for (const { tags } of sorted) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count * 2 >= sorted.length)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, MAX_TAGS)
    .map(([tag]) => tag);
}
