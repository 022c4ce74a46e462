const FUNCTION_WORDS = new Set(
  (
    'a about after again all also an and any are as at be because been before being but by can cannot could did do does ' +
    'done for from get got had has have he her here him his how i if in into is it its just like made make me more most my ' +
    'no nor not now of off on one only or other our out over own same she should since so some still such than that the ' +
    'their them then there these they this those through to too under until up us very was we were what when where which ' +
    'while who why will with would you your'
  ).split(' '),
);

const SUFFIX = /(?:ations?|ings?|ed|es|s|ly)$/;
const LETTERS = /^\p{Script=Latin}+$/u;
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u;

/** Inflections of long words fall together, roughly: it groups and ranks, and is never shown. */
function stem(word: string): string {
  if (word.length < 5 || !LETTERS.test(word)) return word;
  const cut = word.replace(SUFFIX, '');
  return cut.length >= 4 ? cut : word;
}

/** Scripts without spaces give pairs of neighbouring characters, as search does. */
function splitUnspaced(word: string): string[] {
  if (!UNSPACED.test(word)) return [word];
  const characters = [...word];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, i) => `${characters[i] ?? ''}${character}`);
}

/** The words of a text that say something, lower case, stemmed, in order and with repetitions. */
export function contentWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words
    .flatMap(splitUnspaced)
    .filter((word) => !FUNCTION_WORDS.has(word))
    .map(stem);
}

/**
 * How much a word says, by the number of texts that have it: log2(1 + texts / texts with it), in steps of 1/1024, so that
 * the last bit of a logarithm never decides between two machines.
 */
export function wordWeights(texts: readonly ReadonlySet<string>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of text) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Map(
    [...counts].map(([word, count]) => [word, Math.round(Math.log2(1 + texts.length / count) * 1_024) / 1_024]),
  );
}
