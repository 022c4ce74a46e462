/** What each channel says of a candidate; null where a channel did not rank it. */
export interface Fused {
  id: string;
  fused: number;
  lexical: { rank: number; score: number } | null;
  vector: { rank: number; similarity: number } | null;
}

export interface FusionInput {
  lexical: { id: string; score: number }[];
  vector: { id: string; similarity: number }[];
  weights: { lexical: number; vector: number };
}

/** Ranks matter less than depth: 20 to 60 measure alike. */
const RRF_K = 20;

/**
 * Weighted reciprocal rank fusion: scores of the two channels have no common scale, ranks have. The best possible is 1:
 * first in every channel that ran.
 */
export function fuseRankings({ lexical, vector, weights }: FusionInput): Fused[] {
  const fused = new Map<string, Fused>();
  const of = (id: string) => {
    const entry = fused.get(id) ?? { id, fused: 0, lexical: null, vector: null };
    fused.set(id, entry);
    return entry;
  };
  lexical.forEach(({ id, score }, i) => (of(id).lexical = { rank: i + 1, score }));
  vector.forEach(({ id, similarity }, i) => (of(id).vector = { rank: i + 1, similarity }));
  const whole = (lexical.length > 0 ? weights.lexical : 0) + (vector.length > 0 ? weights.vector : 0);
  for (const entry of fused.values()) {
    const parts = weights.lexical * reciprocal(entry.lexical) + weights.vector * reciprocal(entry.vector);
    entry.fused = whole > 0 ? parts / whole : 0;
  }
  return [...fused.values()].sort((a, b) => b.fused - a.fused || (a.id < b.id ? -1 : 1));
}

const reciprocal = (place: { rank: number } | null): number => (place ? (RRF_K + 1) / (RRF_K + place.rank) : 0);
