/** Most texts of a person or agent have fewer; a pasted page has more, and its tail would cost and not rank. */
export const MAX_LEXEMES = 24;

const UNSPACED =
  /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{Extended_Pictographic}]+$/u;

/**
 * The lexemes to rank by. A single character of a script without spaces goes where a pair has it: the pair says more, and
 * single characters are common. Of many lexemes the longest stay, which are the rarest more often than not.
 */
export function dropCoveredLexemes(lexemes: string[]): string[] {
  const pairs = lexemes.filter((lexeme) => [...lexeme].length === 2 && UNSPACED.test(lexeme));
  const covered = new Set(pairs.flatMap((pair) => [...pair]));
  const kept = lexemes.filter((lexeme) => !covered.has(lexeme));
  if (kept.length <= MAX_LEXEMES) return kept;
  return kept.sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).slice(0, MAX_LEXEMES);
}
