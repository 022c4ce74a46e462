/** What a searcher typed, taken apart. */
export interface ParsedQuery {
  /** What ranks: the free words and the words of the phrases. This is also the text to embed. */
  text: string;
  /** Quoted: each must occur literally (case and white space aside). */
  phrases: string[];
  /** `-term`: an entry with it is left out. */
  excludedTerms: string[];
  /** `-"some words"`: an entry with exactly these is left out. */
  excludedPhrases: string[];
  /** The text was longer than what a search reads. */
  truncated: boolean;
}

/** Enough for a page of text; beyond it more words only cost. */
export const MAX_QUERY_CHARACTERS = 8192;
const MAX_PHRASES = 8;
const MAX_EXCLUSIONS = 16;

/**
 * A quotation with its optional minus, or a run without spaces. A minus excludes only before a letter or a quotation
 * mark: `--flag`, `-5` and a dash between spaces are text. A quotation that does not end is text.
 */
const TOKEN = /(?<minus>-?)(?:"(?<straight>[^"]*)"|“(?<curly>[^”]*)”)(?=\s|$)|(?<word>\S+)/gu;

/** Takes a query apart; it never fails, whatever the text. */
export function parseSearchQuery(query: string): ParsedQuery {
  const readable = [...query.slice(0, MAX_QUERY_CHARACTERS * 2)];
  const truncated = readable.length > MAX_QUERY_CHARACTERS || query.length > MAX_QUERY_CHARACTERS * 2;
  const text = readable
    .slice(0, MAX_QUERY_CHARACTERS)
    .join('')
    .replaceAll(/[\0\p{Surrogate}]/gu, ' ');
  const parsed: ParsedQuery = { text: '', phrases: [], excludedTerms: [], excludedPhrases: [], truncated };
  const words: string[] = [];
  for (const { groups } of text.matchAll(TOKEN)) {
    const phrase = (groups?.['straight'] ?? groups?.['curly'])?.trim().replaceAll(/\s+/gu, ' ');
    if (phrase === undefined) takeWord(groups?.['word'] ?? '', words, parsed);
    else takePhrase(phrase, groups?.['minus'] === '-', words, parsed);
  }
  parsed.text = words.join(' ');
  return parsed;
}

function takeWord(word: string, words: string[], parsed: ParsedQuery): void {
  if (!/^-\p{L}/u.test(word)) words.push(word);
  else if (parsed.excludedTerms.length < MAX_EXCLUSIONS) parsed.excludedTerms.push(word.slice(1));
}

function takePhrase(phrase: string, excluded: boolean, words: string[], parsed: ParsedQuery): void {
  if (phrase === '') return;
  if (!excluded) words.push(phrase);
  const [kept, most] = excluded ? [parsed.excludedPhrases, MAX_EXCLUSIONS] : [parsed.phrases, MAX_PHRASES];
  if (kept.length < most) kept.push(phrase);
}

/**
 * A POSIX regular expression that finds the phrase literally: white space matches any white space, and a phrase that
 * begins or ends with a letter or digit of a spaced script does so at a word's edge.
 */
export function phrasePattern(phrase: string): string {
  const body = phrase
    .split(/\s+/u)
    .map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, escapeCharacter))
    .join(String.raw`\s+`);
  const before = EDGE.test(phrase.slice(0, 1)) ? '(?<![[:alnum:]])' : '';
  const after = EDGE.test(phrase.slice(-1)) ? '(?![[:alnum:]])' : '';
  return `${before}${body}${after}`;
}

const EDGE = /[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{N}]/u;

const escapeCharacter = (character: string): string =>
  `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`;
