/** Which lists of entries a lexical search reads: of one lexeme, or of two that are both common. Numbers index lexemes. */
export interface PostingsPlan {
  single: number[];
  pairs: [number, number][];
}

/** Entries read for one list at most. */
export const MAX_POSTINGS = 2_000;
/** Entries read for all single lists, as expected. */
const ENOUGH_POSTINGS = 2_000;
/** With fewer than this to be expected, common lexemes are read too. */
const FEW = 400;
const MAX_PAIRS = 3;

/**
 * Rarest lexeme first, until enough entries are to be expected: what the rest would add ranks lower anyway. Where rare
 * lexemes do not bring enough, the entries with two of the common ones come before those with the least common alone,
 * because that list will be cut. Without expectations (a small scope) everything is read.
 */
export function planPostings(lexemes: string[], expected: Map<string, number> | undefined): PostingsPlan {
  if (!expected) return { single: lexemes.map((_, i) => i), pairs: [] };
  const costOf = (i: number) => expected.get(lexemes[i] ?? '') ?? 0;
  const byRarity = lexemes.map((_, i) => i).sort((a, b) => costOf(a) - costOf(b) || a - b);
  const single: number[] = [];
  let total = 0;
  for (const i of byRarity) {
    if (costOf(i) > MAX_POSTINGS || total + costOf(i) > ENOUGH_POSTINGS) break;
    single.push(i);
    total += costOf(i);
  }
  const [first, ...others] = byRarity.slice(single.length);
  if (first === undefined || total >= FEW) return { single, pairs: [] };
  return { single: [...single, first], pairs: others.slice(0, MAX_PAIRS).map((other) => [first, other]) };
}
