export interface BoostInput {
  createdAt: Date;
  importance: number;
}

export interface Boosts {
  recency: number;
  importance: number;
}

const MOST_RECENT = 0.1;
const MOST_IMPORTANT = 0.1;
const HALF_LIFE_MS = 30 * 24 * 3_600_000;

/**
 * Factors that may turn the order of near equals and no more: each lies in [1, 1.1]. Recency halves its part every 30
 * days; importance 1 to 10 is linear. (Added to a score instead, they would lift what is barely relevant.)
 */
export function boostsOf(entry: BoostInput, now: Date, use: { recency: boolean; importance: boolean }): Boosts {
  const ageMs = Math.max(0, now.getTime() - entry.createdAt.getTime());
  return {
    recency: use.recency ? 1 + MOST_RECENT * 2 ** (-ageMs / HALF_LIFE_MS) : 1,
    importance: use.importance ? 1 + (MOST_IMPORTANT * (entry.importance - 1)) / 9 : 1,
  };
}
