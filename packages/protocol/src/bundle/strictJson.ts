import { InvalidInput } from '../invalidInput.js';
import { assertText } from '../text.js';

/** JSON as bundles have it: no fractions, no exponents, each member once. */
export type StrictValue = string | number | boolean | null | StrictValue[] | { [member: string]: StrictValue };

const BLANKS = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y; // eslint-disable-line no-control-regex
const INTEGER = /-?(?:0|[1-9]\d*)(?![\d.eE])/y;
const WORDS = { true: true, false: false, null: null } as const;
const DEPTH_MAX = 8;

/**
 * Reads a text in which no two readers can see different things: members that are repeated, integers beyond 2^53, lone
 * surrogates and NUL are refused, as is nesting that a recursive reader would not survive. Throws InvalidInput.
 */
export function parseStrictJson(text: string): StrictValue {
  const reader = { text, at: 0 };
  const value = readValue(reader, 0);
  skipBlanks(reader);
  if (reader.at !== text.length) throw invalid(reader, 'has something behind its value');
  return value;
}

interface Reader {
  text: string;
  at: number;
}

function readValue(reader: Reader, depth: number): StrictValue {
  if (depth > DEPTH_MAX) throw invalid(reader, 'is nested too deep');
  skipBlanks(reader);
  switch (reader.text[reader.at]) {
    case '{':
      return readObject(reader, depth);
    case '[':
      return readArray(reader, depth);
    case '"':
      return readString(reader);
    case 't':
    case 'f':
    case 'n':
      return readWord(reader);
    default:
      return readInteger(reader);
  }
}

function readObject(reader: Reader, depth: number): StrictValue {
  // Without a prototype `__proto__` is a name as any other.
  const object = Object.create(null) as Record<string, StrictValue>;
  readItems(reader, '}', () => {
    const name = readString(reader);
    if (name in object) throw invalid(reader, `has the member ${JSON.stringify(name)} twice`);
    skipBlanks(reader);
    expectCharacter(reader, ':');
    object[name] = readValue(reader, depth + 1);
  });
  return object;
}

function readArray(reader: Reader, depth: number): StrictValue[] {
  const items: StrictValue[] = [];
  readItems(reader, ']', () => items.push(readValue(reader, depth + 1)));
  return items;
}

function readItems(reader: Reader, end: string, readItem: () => void): void {
  reader.at++;
  skipBlanks(reader);
  if (reader.text[reader.at] === end) {
    reader.at++;
    return;
  }
  for (;;) {
    skipBlanks(reader);
    readItem();
    skipBlanks(reader);
    if (reader.text[reader.at] !== ',') break;
    reader.at++;
  }
  expectCharacter(reader, end);
}

function readString(reader: Reader): string {
  const token = take(reader, STRING);
  if (token === undefined) throw invalid(reader, 'has a string that is cut off or not written as JSON has it');
  const value = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
  assertText(value, 'a string of the line');
  return value;
}

function readInteger(reader: Reader): number {
  const token = take(reader, INTEGER);
  if (token === undefined) throw invalid(reader, 'is cut off, or not JSON with integers');
  const value = Number(token);
  if (!Number.isSafeInteger(value)) throw invalid(reader, 'has an integer beyond 2^53 - 1');
  return value;
}

function readWord(reader: Reader): boolean | null {
  for (const [word, value] of Object.entries(WORDS)) {
    if (!reader.text.startsWith(word, reader.at)) continue;
    reader.at += word.length;
    return value;
  }
  throw invalid(reader, 'is not JSON');
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const token = pattern.exec(reader.text)?.[0];
  reader.at += token?.length ?? 0;
  return token;
}

function skipBlanks(reader: Reader): void {
  take(reader, BLANKS);
}

function expectCharacter(reader: Reader, character: string): void {
  if (reader.text[reader.at] !== character) throw invalid(reader, `lacks a ${character}, or is cut off`);
  reader.at++;
}

function invalid({ at }: Reader, problem: string): InvalidInput {
  return new InvalidInput('line', `${problem} (character ${at + 1})`);
}
