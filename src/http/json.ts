import { httpError } from './problem.js';

/** Deeper nesting is no document of ours; the limit keeps this reader and the validation from exhausting the stack. */
const MAX_DEPTH = 64;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WHITESPACE = /[ \t\n\r]*/y;
const LITERALS: [string, unknown][] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** RFC 6901: `~` and `/` in a key are written `~0` and `~1`. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Why a string cannot be stored, if it cannot: Postgres takes no NUL, and a lone surrogate has no UTF-8. */
export function findUnstorable(text: string): string | undefined {
  if (text.includes('\0')) return 'has a NUL character (U+0000), which cannot be stored: remove it';
  if (!/[\ud800-\udfff]/.test(text)) return undefined;
  return /\p{Surrogate}/u.test(text)
    ? 'has a lone surrogate (half of a UTF-16 pair): send whole characters'
    : undefined;
}

/**
 * Reads JSON as JSON.parse does and, in the same pass, refuses what it lets through: duplicate keys (readers disagree on
 * which one counts), `__proto__`, NUL and lone surrogates, deep nesting. Faults name their place: V8's own messages have
 * no position for half of them and repeat the text. About half the speed of JSON.parse on entries of 2 KB.
 */
class JsonReader {
  private at = 0;
  private readonly path: (string | number)[] = [];

  constructor(private readonly text: string) {}

  document(): unknown {
    const value = this.value();
    this.skipWhitespace();
    if (this.at < this.text.length) this.malformed('expected the end of the document');
    return value;
  }

  private value(): unknown {
    this.skipWhitespace();
    const first = this.text[this.at];
    if (first === '"') return this.string();
    if (first === '{') return this.object();
    if (first === '[') return this.array();
    for (const [word, value] of LITERALS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  private object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.open();
    if (this.takeIf('}')) return object;
    do {
      this.skipWhitespace();
      if (this.text[this.at] !== '"') this.malformed('expected a key in double quotes');
      const keyAt = this.at;
      const key = this.string();
      this.path.push(key);
      if (Object.hasOwn(object, key)) this.refuse('occurs twice in one object: send each key once', keyAt);
      if (key === '__proto__') this.refuse('is a key that no resource has', keyAt);
      this.take(':');
      object[key] = this.value();
      this.path.pop();
    } while (this.takeIf(','));
    this.take('}');
    return object;
  }

  private array(): unknown[] {
    const array: unknown[] = [];
    this.open();
    if (this.takeIf(']')) return array;
    do {
      this.path.push(array.length);
      array.push(this.value());
      this.path.pop();
    } while (this.takeIf(','));
    this.take(']');
    return array;
  }

  private string(): string {
    const start = this.at;
    let end = this.text.indexOf('"', start + 1);
    let escapes = false;
    for (let slash = this.text.indexOf('\\', start + 1); slash !== -1 && slash < end;) {
      escapes = true;
      if (slash + 1 === end) end = this.text.indexOf('"', end + 1);
      slash = this.text.indexOf('\\', slash + 2);
    }
    if (end === -1) this.malformed('the string that begins here has no end');
    this.at = end + 1;
    const raw = this.text.slice(start + 1, end);
    // eslint-disable-next-line no-control-regex -- control characters are what JSON forbids in a string
    const control = raw.search(/[\0-\x1f]/);
    if (control !== -1) this.malformed('a control character in a string must be escaped', start + 1 + control);
    return escapes ? this.unescape(start, end) : raw;
  }

  /** Only escapes can bring NUL or a lone surrogate in: the decoder has checked the UTF-8, raw NUL is a control character. */
  private unescape(start: number, end: number): string {
    let value: string;
    try {
      value = JSON.parse(this.text.slice(start, end + 1)) as string;
    } catch {
      return this.malformed('the string that begins here has an unknown escape', start);
    }
    const reason = findUnstorable(value);
    if (reason) this.refuse(reason, start);
    return value;
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const [digits] = NUMBER.exec(this.text) ?? [];
    if (digits === undefined) return this.malformed('expected a value');
    this.at += digits.length;
    return Number(digits);
  }

  private open(): void {
    if (this.path.length >= MAX_DEPTH) this.refuse(`is nested deeper than ${MAX_DEPTH} levels`, this.at);
    this.at++;
  }

  private take(character: string): void {
    if (!this.takeIf(character)) this.malformed(`expected "${character}"`);
  }

  private takeIf(character: string): boolean {
    this.skipWhitespace();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private skipWhitespace(): void {
    WHITESPACE.lastIndex = this.at;
    WHITESPACE.exec(this.text);
    this.at = WHITESPACE.lastIndex;
  }

  private malformed(expectation: string, at = this.at): never {
    throw httpError('InvalidInput', `The body is not JSON: ${expectation}, at ${this.place(at)}.`);
  }

  private refuse(reason: string, at: number): never {
    const pointer = toPointer(this.path);
    throw httpError('InvalidInput', `"${pointer}" ${reason} (at ${this.place(at)}).`, {
      faults: [{ in: 'body', pointer, message: reason }],
    });
  }

  private place(at: number): string {
    const before = this.text.slice(0, at).split('\n');
    return `position ${at} (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
  }
}

/** Throws InvalidInput that names the position, and the field where there is one. */
export function parseJson(text: string): unknown {
  return new JsonReader(text).document();
}
