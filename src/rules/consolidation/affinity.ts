import type { Source } from './source.js';
import { contentWords, wordWeights } from './words.js';

/** How near two units are, from 0 to 1, with its parts. */
export interface Affinity {
  weight: number;
  /** The share of the weight of their words that both have. */
  overlap: number;
  /** Of being among each other's nearest vectors; 0 where they are not, or a vector is missing. */
  closeness: number;
}

/** Symmetric; absent pairs have nothing in common. */
export type Affinities = ReadonlyMap<number, Affinity>[];

/** Nearest vectors that count, each way. */
const NEIGHBOURS = 8;
/** Below it two notes share a word by chance. */
const MIN_OVERLAP = 0.06;
/** From here on the words alone say that two notes are about the same. */
const FULL_OVERLAP = 0.4;

/**
 * How near each pair of units is: half by ranks among the nearest vectors, half by shared words that say something.
 * Vectors count by rank, and after the mean of all is taken away, because the cosines of some models all lie between 0.7
 * and 1: no absolute one means anything. Words are needed for any affinity at all, since a nearest neighbour always exists.
 * Yields between rows, so that whoever runs it can let others through.
 */
export function* computeAffinities(units: readonly Source[][]): Generator<void, Affinities> {
  const overlaps = yield* computeOverlaps(units);
  const ranks = yield* rankNeighbours(units.map(([first]) => first?.vector ?? null));
  return overlaps.map((row, i) => {
    const affinities = new Map<number, Affinity>();
    for (const [j, overlap] of row) {
      const there = ranks[i]?.get(j);
      const back = ranks[j]?.get(i);
      const closeness = there === undefined || back === undefined ? 0 : 1 - (there + back) / (2 * NEIGHBOURS);
      const byWords = Math.min(1, overlap / FULL_OVERLAP);
      const known = units[i]?.[0]?.vector && units[j]?.[0]?.vector;
      affinities.set(j, { weight: known ? (closeness + byWords) / 2 : byWords, overlap, closeness });
    }
    return affinities;
  });
}

function* computeOverlaps(units: readonly Source[][]): Generator<void, Map<number, number>[]> {
  const texts = units.map(([first]) => new Set(first ? contentWords(`${first.title}\n${first.content}`) : []));
  const weights = wordWeights(texts);
  const weightOf = (word: string) => weights.get(word) ?? 0;
  const totals = texts.map((text) => [...text].reduce((sum, word) => sum + weightOf(word), 0));
  const postings = new Map<string, number[]>();
  const overlaps = texts.map(() => new Map<number, number>());
  for (const [i, text] of texts.entries()) {
    const shared = new Map<number, number>();
    for (const word of text) {
      const earlier = postings.get(word);
      for (const j of earlier ?? []) shared.set(j, (shared.get(j) ?? 0) + weightOf(word));
      if (earlier) earlier.push(i);
      else postings.set(word, [i]);
    }
    for (const [j, common] of shared) {
      const overlap = common / ((totals[i] ?? 0) + (totals[j] ?? 0) - common);
      if (overlap < MIN_OVERLAP) continue;
      overlaps[i]?.set(j, overlap);
      overlaps[j]?.set(i, overlap);
    }
    yield;
  }
  return overlaps;
}

/** Each unit's nearest ones and their rank from 0, by centred vectors. */
function* rankNeighbours(vectors: readonly (Float32Array | null)[]): Generator<void, Map<number, number>[]> {
  const centred = centre(vectors);
  const nearest = vectors.map((): { j: number; cosine: number }[] => []);
  for (const [i, a] of centred.entries()) {
    if (!a) continue;
    for (let j = 0; j < i; j++) {
      const b = centred[j];
      if (!b) continue;
      const cosine = dot(a, b);
      insertRanked(nearest[i] ?? [], { j, cosine });
      insertRanked(nearest[j] ?? [], { j: i, cosine });
    }
    yield;
  }
  return nearest.map((list) => new Map(list.map(({ j }, rank) => [j, rank])));
}

function insertRanked(list: { j: number; cosine: number }[], item: { j: number; cosine: number }): void {
  const last = list[NEIGHBOURS - 1];
  if (last && item.cosine <= last.cosine) return;
  let at = list.length;
  while (at > 0 && (list[at - 1]?.cosine ?? 0) < item.cosine) at--;
  list.splice(at, 0, item);
  if (list.length > NEIGHBOURS) list.pop();
}

/** The vectors without their mean, of length one again; one that is the mean itself is near to none. */
function centre(vectors: readonly (Float32Array | null)[]): (Float64Array | null)[] {
  const present = vectors.filter((vector) => vector !== null);
  const mean = new Float64Array(present[0]?.length ?? 0);
  for (const vector of present) vector.forEach((value, d) => (mean[d] = (mean[d] ?? 0) + value / present.length));
  return vectors.map((vector) => {
    if (!vector) return null;
    const centred = Float64Array.from(vector, (value, d) => value - (mean[d] ?? 0));
    const length = Math.sqrt(dot(centred, centred));
    return length < 1e-9 ? null : centred.map((value) => value / length);
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] ?? 0) * (b[d] ?? 0);
  return sum;
}
