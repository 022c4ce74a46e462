/**
 * What of an entry becomes a vector, and how much of a text an embedder is shown. Both decide what a vector means, so
 * PASSAGE_RECIPE is part of every model's fingerprint: change a line here, change the recipe.
 */
export const PASSAGE_RECIPE = 'title,tags,content;cap=8192';

/**
 * In UTF-16 code units, and far more than 512 tokens of any natural text. A tokenizer's cost grows with the whole text,
 * however little of it the model sees: 237,000 characters of unknown words took 3.4 s, 8,192 take milliseconds.
 */
export const MAX_EMBEDDED_CHARS = 8_192;

/** Title and tags come first: a long content is cut at its end, and they say what it is about. */
export function passageText(entry: { title: string; tags: readonly string[]; content: string }): string {
  return [entry.title, entry.tags.join(', '), entry.content].filter((part) => part !== '').join('\n');
}

/** The text up to the cap, never with half of a surrogate pair at its end. */
export function capText(text: string): { text: string; cut: boolean } {
  if (text.length <= MAX_EMBEDDED_CHARS) return { text, cut: false };
  const last = text.charCodeAt(MAX_EMBEDDED_CHARS - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return { text: text.slice(0, splitsPair ? MAX_EMBEDDED_CHARS - 1 : MAX_EMBEDDED_CHARS), cut: true };
}
