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
  revision: '1',
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

/** FNV-1a over UTF-16 code units, finished as murmur3 does so that the low bits, which become the slot, are mixed. */
function hash32(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function gramsOf(word: string): string[] {
  const marked = `<${word}>`;
  return GRAM_SIZES.flatMap((size) =>
    Array.from({ length: Math.max(0, marked.length - size + 1) }, (_, start) => marked.slice(start, start + size)),
  );
}

type Features = Map<string, { count: number; weight: number }>;

function count(features: Features, key: string, weight: number): void {
  const known = features.get(key);
  if (known) known.count++;
  else features.set(key, { count: 1, weight });
}

function featuresOf(text: string): Features {
  const features: Features = new Map();
  let previous: string | undefined;
  for (const word of splitWords(text)) {
    if (FUNCTION_WORDS.has(word)) {
      count(features, `word:${word}`, WORD_WEIGHT * FUNCTION_WORD_WEIGHT);
      continue;
    }
    const importance = Math.min(1, 0.4 + 0.1 * word.length); // long words say more than short ones
    count(features, `word:${word}`, WORD_WEIGHT * importance);
    if (previous !== undefined) count(features, `pair:${previous} ${word}`, PAIR_WEIGHT);
    previous = word;
    // All n-grams of one word weigh together as much as one feature does.
    const grams = gramsOf(word);
    for (const gram of grams) count(features, `gram:${gram}`, importance / Math.sqrt(grams.length));
  }
  return features;
}

function addHashed(sum: Float64Array, key: string, value: number): void {
  for (let probe = 1; probe <= SLOTS_PER_FEATURE; probe++) {
    const hash = hash32(key, Math.imul(0x9e3779b9, probe));
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
  for (const [key, { count: times, weight }] of featuresOf(capped.text)) {
    addHashed(sum, key, weight * (1 + Math.log(times)));
  }
  const norm = Math.hypot(...sum);
  if (norm === 0) sum[0] = 1;
  const vector = Float32Array.from(sum, (value) => (norm === 0 ? value : value / norm));
  return { vector, truncated: capped.cut };
}
