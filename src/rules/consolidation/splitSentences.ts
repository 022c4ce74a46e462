/** Where a sentence stands in its text, in UTF-16 code units; `text.slice(start, end)` is the sentence, to the letter. */
export interface Span {
  start: number;
  end: number;
}

/** Raise on any change below: a run records it. */
export const SPLITTER = 'lines-and-stops/1';

const ABBREVIATIONS = new Set(
  'e.g i.e etc vs approx no nr mr mrs ms dr prof st fig sec cf al inc ltd jan feb mar apr jun jul aug sep oct nov dec z.b d.h bzw ca usw'.split(
    ' ',
  ),
);

/** Our own splitter, since the one of ICU gives other sentences with other versions of Node. */
export function splitSentences(text: string): Span[] {
  return splitBlocks(text).flatMap((block) => (block.verbatim ? [block] : splitBlock(text, block)));
}

/** Lines are blocks, so that a list item is a sentence of its own; a fenced block stays whole. */
function splitBlocks(text: string): (Span & { verbatim: boolean })[] {
  const blocks: (Span & { verbatim: boolean })[] = [];
  const pattern = /^[ \t]*```[^\n]*\n[\s\S]*?(?:^[ \t]*```[^\n]*$|(?![\s\S]))|^[^\n]+$/gm;
  for (const match of text.matchAll(pattern)) {
    const verbatim = match[0].trimStart().startsWith('```');
    const span = trim(text, { start: match.index, end: match.index + match[0].length });
    if (span.end > span.start) blocks.push({ ...(verbatim ? span : withoutMarker(text, span)), verbatim });
  }
  return blocks.filter((block) => block.end > block.start);
}

/** A list's marker, a heading's or a quotation's belongs to the page and not to the sentence. */
function withoutMarker(text: string, span: Span): Span {
  const marker = /^(?:[-*+•>]\s+|#{1,6}\s+|\d{1,2}[.)]\s+)+/.exec(text.slice(span.start, span.end));
  return { start: span.start + (marker?.[0].length ?? 0), end: span.end };
}

function splitBlock(text: string, block: Span): Span[] {
  const spans: Span[] = [];
  let start = block.start;
  const pattern = /[.!?…]+["'’”)\]]*(?=\s)|[。！？]+["'’”」）]*/g;
  pattern.lastIndex = block.start;
  for (let match = pattern.exec(text); match && match.index < block.end; match = pattern.exec(text)) {
    const end = match.index + match[0].length;
    if (!endsSentence(text, start, match.index, end)) continue;
    spans.push(trim(text, { start, end }));
    start = end;
  }
  spans.push(trim(text, { start, end: block.end }));
  return spans.filter((span) => span.end > span.start);
}

function endsSentence(text: string, start: number, stop: number, end: number): boolean {
  if (text[stop] !== '.') return true;
  const before = /[\p{L}\p{N}.]*$/u.exec(text.slice(start, stop))?.[0].toLowerCase() ?? '';
  if (ABBREVIATIONS.has(before) || /^\p{L}$/u.test(before)) return false;
  return !/^\s+\p{Ll}/u.test(text.slice(end, end + 8));
}

function trim(text: string, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from < to && /\s/.test(text[from] ?? '')) from++;
  while (to > from && /\s/.test(text[to - 1] ?? '')) to--;
  return { start: from, end: to };
}
