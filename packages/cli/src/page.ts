const ESCAPES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

export interface Column<T> {
  title: string;
  of: (row: T) => string;
  /** May be cut to fit the width; ids are not, since they are copied. */
  shrinks?: true;
}

/** How things look where they are printed. */
export interface Page {
  style: (how: keyof typeof ESCAPES, text: string) => string;
  table: <T>(rows: readonly T[], columns: readonly Column<T>[]) => string[];
}

const SMALLEST = 8;
const GAP = '  ';

export function createPage({ hasColor, width = Infinity }: { hasColor: boolean; width: number | undefined }): Page {
  const style: Page['style'] = (how, text) => (hasColor ? `\u001b[${ESCAPES[how]}m${text}\u001b[0m` : text);

  function table<T>(rows: readonly T[], columns: readonly Column<T>[]): string[] {
    const cells = rows.map((row) => columns.map(({ of }) => of(row).replaceAll(/\s+/g, ' ').trim()));
    const widths = fit(
      columns.map(({ title }, at) => Math.max(textWidth(title), ...cells.map((line) => textWidth(line[at]!)))),
      columns.map(({ shrinks }) => shrinks === true),
      width,
    );
    const line = (texts: string[]) =>
      texts
        .map((text, at) => pad(text, widths[at]!))
        .join(GAP)
        .trimEnd();
    return [style('bold', line(columns.map(({ title }) => title))), ...cells.map(line)];
  }

  return { style, table };
}

/** Takes from the widest column that may shrink until the line fits, or none is left to take from. */
function fit(widths: number[], shrinks: boolean[], limit: number): number[] {
  const fitted = [...widths];
  let excess = fitted.reduce((sum, one) => sum + one, 0) + GAP.length * (fitted.length - 1) - limit;
  for (; excess > 0; excess--) {
    const widest = fitted.reduce((best, one, at) => (shrinks[at] && one > (fitted[best] ?? 0) ? at : best), -1);
    if (widest === -1 || fitted[widest]! <= SMALLEST) break;
    fitted[widest]!--;
  }
  return fitted;
}

function pad(text: string, width: number): string {
  const cut = cutTo(text, width);
  return cut + ' '.repeat(Math.max(0, width - textWidth(cut)));
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}])/u;
const graphemeWidth = (grapheme: string) => (WIDE.test(grapheme) ? 2 : /^\p{M}+$/u.test(grapheme) ? 0 : 1);

/** Columns on a terminal: two for CJK and emoji. */
function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

export function cutTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += graphemeWidth(segment);
    if (used > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

// Other agents' texts must not move the cursor, change a title or fake what is printed; nor reverse its direction.
// eslint-disable-next-line no-control-regex -- the control characters are what it looks for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The same data with nothing in it that a terminal acts on, except line ends and tabs. */
export function printable<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll('\r\n', '\n').replaceAll(CONTROLS, '\ufffd') as T;
  if (Array.isArray(value)) return value.map(printable) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [printable(key), printable(one as unknown)]),
  ) as T;
}
