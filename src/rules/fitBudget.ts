export interface Priced {
  title: string | null;
  content: string | null;
  tags: string[] | null;
}

/** What naming an entry costs besides its text: id, type, dates, punctuation. */
const FRAME_TOKENS = 30;

/** About 4 characters a token in Latin scripts, one for each character of scripts without spaces; half a token up. */
export function estimateTokens(entry: Priced): number {
  const text = [entry.title ?? '', entry.content ?? '', ...(entry.tags ?? [])].join(' ');
  const unspaced = text.match(UNSPACED)?.length ?? 0;
  return FRAME_TOKENS + unspaced + Math.ceil((text.length - unspaced) / 4);
}

const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/gu;

/**
 * The hits, in order, that fit: one that does not is passed over for a shorter one after it. The first is given
 * whatever it costs, so that an answer is never empty for its size.
 */
export function fitBudget<T extends { entry: Priced }>(
  hits: T[],
  budget: number | undefined,
): { fitting: T[]; tokens: number } {
  const fitting: T[] = [];
  let tokens = 0;
  for (const hit of hits) {
    const cost = estimateTokens(hit.entry);
    if (budget !== undefined && fitting.length > 0 && tokens + cost > budget) continue;
    fitting.push(hit);
    tokens += cost;
  }
  return { fitting, tokens };
}
