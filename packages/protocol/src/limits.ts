/**
 * The largest values that have bytes here. What lies beyond has no hash, so raising a limit keeps every old hash and
 * lowering one would orphan some: they only ever go up.
 */
export const LIMITS = {
  titleCodePoints: 255,
  contentCodePoints: 100_000,
  tags: 20,
  tagCodePoints: 128,
  importanceMin: 1,
  importanceMax: 10,
} as const;
