/**
 * A text embedder without weights: words, word pairs and character n-grams are hashed, with a sign, into 384
 * dimensions (feature hashing: Weinberger et al., 2009), term frequency sublinear, length normalised to one. It finds
 * shared vocabulary, inflections, typos and camelCase; it knows no synonyms, and its vectors decay with length. It is
 * lexical and must never be called semantic.
 */
import { capText, PASSAGE_RECIPE } from './passageText.js';

const LEXICAL_DIMENSIONS = 384;

/** Raise the revision on any change below: vectors of two revisions must never be compared. */
export const LEXICAL_MODEL = {
  name: 'builtin/lexical-hash-384',
  revision: '2',
  dtype: 'fp32',
  recipe: `${PASSAGE_RECIPE};no prefix;l2`,
} as const;

/** Weights found by trial on short notes: n-grams carry typos and inflections, words and pairs sharpen exact matches. */
const WORD_WEIGHT = 0.3;
const PAIR_WEIGHT = 0.15;
const GRAM_SIZES = [3, 4];
/** Function words keep a trace, so that a text of nothing else still differs from another such text. */
const FUNCTION_WORD_WEIGHT = 0.05;
/** Each feature falls into two slots: one collision then costs half of it at most. */
const SLOTS_PER_FEATURE = 2;

const FUNCTION_WORDS = new Set(
  (
    'a about after again also an and are as at be been before but by can could did do does for from had has have he ' +
    'her his how i if in into is it its just me my no not of on or our out over she so than that the their them then ' +
    'there these they this to too under up us was we were what when where which while who why will with would you your'
  ).split(' '),
);

/** Lower-case words and numbers, accents dropped, camelCase and letter-digit runs taken apart. */
function splitWords(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .match(/\p{L}+|\p{N}+/gu) ?? []
  );
}

const FNV_OFFSET = 0x811c9dc5;
const KINDS = { word: FNV_OFFSET ^ 1, pair: FNV_OFFSET ^ 2, gram: FNV_OFFSET ^ 3 };

/** FNV-1a over UTF-16 code units, from a kind's seed. */
function hashCodes(seed: number, text: string, from = 0, to = text.length): number {
  let hash = seed;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** murmur3's finaliser: FNV's low bits, which become the slot, are hardly mixed. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

interface Feature {
  count: number;
  weight: number;
}

/** By their 32-bit hashes: no string is made for a feature, and two of a thousand share one in 1 of 8,000 texts. */
type Features = Map<number, Feature>;

function count(features: Features, hash: number, weight: number): void {
  const known = features.get(hash);
  if (known) known.count++;
  else features.set(hash, { count: 1, weight });
}

/** All n-grams of one word weigh together as much as one feature does. */
function countGrams(features: Features, word: string, importance: number): void {
  const marked = `<${word}>`;
  const total = GRAM_SIZES.reduce((sum, size) => sum + Math.max(0, marked.length - size + 1), 0);
  const weight = importance / Math.sqrt(total);
  for (const size of GRAM_SIZES) {
    for (let from = 0; from + size <= marked.length; from++) {
      count(features, hashCodes(KINDS.gram, marked, from, from + size), weight);
    }
  }
}

function featuresOf(text: string): Features {
  const features: Features = new Map();
  let previous: number | undefined;
  for (const word of splitWords(text)) {
    const hash = hashCodes(KINDS.word, word);
    if (FUNCTION_WORDS.has(word)) {
      count(features, hash, WORD_WEIGHT * FUNCTION_WORD_WEIGHT);
      continue;
    }
    const importance = Math.min(1, 0.4 + 0.1 * word.length); // long words say more than short ones
    count(features, hash, WORD_WEIGHT * importance);
    if (previous !== undefined) count(features, Math.imul(KINDS.pair ^ previous, 0x01000193) ^ mix(hash), PAIR_WEIGHT);
    previous = hash;
    countGrams(features, word, importance);
  }
  return features;
}

function addHashed(sum: Float64Array, feature: number, value: number): void {
  for (let probe = 1; probe <= SLOTS_PER_FEATURE; probe++) {
    const hash = mix(feature ^ Math.imul(0x9e3779b9, probe)) >>> 0;
    const slot = (hash >>> 1) % LEXICAL_DIMENSIONS;
    sum[slot] = (sum[slot] ?? 0) + (hash & 1 ? value : -value);
  }
}

/**
 * A unit vector that depends on nothing but the text (about 0.1 ms for a note). A text without a letter or digit gets
 * one fixed unit vector, since a cosine with zero is not defined.
 */
export function embedLexically(text: string): { vector: Float32Array; truncated: boolean } {
  const capped = capText(text);
  const sum = new Float64Array(LEXICAL_DIMENSIONS);
  for (const [feature, { count: times, weight }] of featuresOf(capped.text)) {
    addHashed(sum, feature, weight * (1 + Math.log(times)));
  }
  const norm = Math.hypot(...sum);
  if (norm === 0) sum[0] = 1;
  const vector = Float32Array.from(sum, (value) => (norm === 0 ? value : value / norm));
  return { vector, truncated: capped.cut };
}
