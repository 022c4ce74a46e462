/** Which lists of entries a lexical search reads: of one lexeme, or of two that are both common. Numbers index lexemes. */
export interface PostingsPlan {
  single: number[];
  pairs: [number, number][];
}

/** Entries read for one list at most. */
export const MAX_POSTINGS = 2_000;
/** Entries read for all single lists, as expected. */
const ENOUGH_POSTINGS = 1_000;
/** Three times what a channel hands on: with fewer to be expected, a common lexeme is read too. */
const FEW = 150;
const MAX_PAIRS = 2;

/**
 * Rarest lexeme first, until enough entries are to be expected: what the rest would add alone ranks lower anyway. Where the
 * most common of those read has a long list, it is paired with the next ones, because the entries that have both come first. Without expectations (a small scope) everything is read.
 */
export function planPostings(lexemes: string[], expected: Map<string, number> | undefined): PostingsPlan {
  if (!expected) return { single: lexemes.map((_, i) => i), pairs: [] };
  const costOf = (i: number) => expected.get(lexemes[i] ?? '') ?? 0;
  const byRarity = lexemes.map((_, i) => i).sort((a, b) => costOf(a) - costOf(b) || a - b);
  const single: number[] = [];
  let total = 0;
  for (const i of byRarity) {
    const wanted = total < FEW || (costOf(i) <= MAX_POSTINGS && total + costOf(i) <= ENOUGH_POSTINGS);
    if (!wanted) break;
    single.push(i);
    total += costOf(i);
  }
  const anchor = single.at(-1);
  const rest = byRarity.slice(single.length, single.length + MAX_PAIRS);
  return { single, pairs: anchor === undefined || costOf(anchor) <= FEW ? [] : rest.map((other) => [anchor, other]) };
}
