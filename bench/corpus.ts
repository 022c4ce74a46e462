import { createHash } from 'node:crypto';

/** A diary's worth of made-up entries: clustered vectors, Zipf-like words, several styles; the same for the same seed. */
export interface CorpusEntry {
  id: string;
  type: 'episodic' | 'semantic' | 'procedural' | 'reflection';
  title: string;
  content: string;
  tags: string[];
  importance: number;
  createdAt: Date;
  vector: Float32Array;
}

const DIMENSIONS = 384;
const TOPICS = 400;
const VOCABULARY = 40_000;
const TOPIC_WORDS = 60;

export type Random = () => number;

/** mulberry32: 32 bits of state are enough for a benchmark, and it reproduces everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SYLLABLES =
  'ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne no nu ra re ri ro ru sa se si so ta te ti to tu va ve vi zo'.split(
    ' ',
  );

/** A pseudo-word per number: pronounceable, distinct, so that the stemmer treats it like a word. */
function wordOf(number: number): string {
  let rest = number + SYLLABLES.length;
  let word = '';
  while (rest > 0) {
    word = `${word}${SYLLABLES[rest % SYLLABLES.length] ?? ''}`;
    rest = Math.floor(rest / SYLLABLES.length);
  }
  return `${word}n`;
}

/** Zipf with exponent 1 over the vocabulary, by inverting the continuous law. */
const zipf = (random: Random): number => Math.floor(Math.exp(random() * Math.log(VOCABULARY))) - 1;

function gauss(random: Random): number {
  return Math.sqrt(-2 * Math.log(random() || 1e-12)) * Math.cos(2 * Math.PI * random());
}

function normalise(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

export interface Corpus {
  entryOf(index: number): CorpusEntry;
  /** A query near an entry: words of its topic and text, and a vector near its own. */
  queryNear(index: number, random: Random): { text: string; vector: Float32Array };
}

export function makeCorpus(seed: number): Corpus {
  const random = seededRandom(seed);
  // Real embeddings share a large common direction; a topic and the text itself deviate from it.
  const common = normalise(Float32Array.from({ length: DIMENSIONS }, () => gauss(random)));
  const topics = Array.from({ length: TOPICS }, () => ({
    centre: Float32Array.from({ length: DIMENSIONS }, () => gauss(random) / Math.sqrt(DIMENSIONS)),
    words: Array.from({ length: TOPIC_WORDS }, () => wordOf(200 + Math.floor(random() * (VOCABULARY - 200)))),
  }));
  const topicOf = (index: number) => topics[index % TOPICS] ?? failTopic();
  const vectorNear = (centre: Float32Array, spread: number, own: Random) =>
    normalise(centre.map((value, i) => (common[i] ?? 0) * 1.2 + value + (gauss(own) * spread) / Math.sqrt(DIMENSIONS)));
  const words = (count: number, index: number, own: Random) =>
    Array.from({ length: count }, () =>
      own() < 0.25 ? (topicOf(index).words[Math.floor(own() ** 2 * TOPIC_WORDS)] ?? '') : wordOf(zipf(own)),
    );
  const ownRandom = (index: number) => seededRandom(seed * 7919 + index);

  return {
    entryOf(index) {
      const own = ownRandom(index);
      const vector = vectorNear(topicOf(index).centre, 0.6, own);
      return { ...textOf(index, own, words), vector, id: uuidOf(`${seed}:${index}`) };
    },
    queryNear(index, own) {
      const target = this.entryOf(index);
      const known = target.content.split(/[^a-z]+/).filter((word) => word.length > 4);
      const picked = Array.from({ length: 3 }, () => known[Math.floor(own() * known.length)] ?? '');
      const noise = target.vector.map((value) => value + (gauss(own) * 0.3) / Math.sqrt(DIMENSIONS));
      return { text: [...words(4, index, own), ...picked].join(' '), vector: normalise(noise) };
    },
  };
}

function failTopic(): never {
  throw new Error('A topic index is out of range.');
}

/** Notes of a sentence, logs with codes and paths, and longer reports: 60 % / 25 % / 15 %. */
function textOf(index: number, own: Random, words: (n: number, index: number, own: Random) => string[]) {
  const style = own();
  const code = `ERR_${Math.floor(own() * 500)}`;
  const path = `src/${words(1, index, own).join('')}/${words(1, index, own).join('')}.ts`;
  const length =
    style < 0.6
      ? 12 + Math.floor(own() * 30)
      : style < 0.85
        ? 30 + Math.floor(own() * 40)
        : 150 + Math.floor(own() * 250);
  const body = words(length, index, own).join(' ');
  return {
    type: (['episodic', 'semantic', 'procedural', 'reflection'] as const)[Math.floor(own() * 4)] ?? 'episodic',
    title: own() < 0.7 ? words(4, index, own).join(' ') : '',
    content: style < 0.6 ? `${body}.` : `${body} ${code} at ${path}:${Math.floor(own() * 900)}.`,
    tags: own() < 0.5 ? words(2, index % 40, own) : [],
    importance: 1 + Math.floor(own() * 10),
    createdAt: new Date(Date.UTC(2025, 0, 1) + index * 60_000),
  };
}

/** A UUID made of a name. */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
