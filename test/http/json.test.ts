import { expect } from 'chai';
import fc from 'fast-check';
import { parseJson } from '../../src/http/json.js';

/** What JSON.parse says, for comparison; undefined where it refuses. */
function accepted(parse: (text: string) => unknown, text: string): { value: unknown } | undefined {
  try {
    return { value: parse(text) };
  } catch {
    return undefined;
  }
}

describe('parseJson', () => {
  it('reads what JSON.parse reads, and as it does', () => {
    const json = fc.json({ maxDepth: 6, stringUnit: 'binary' });
    fc.assert(
      fc.property(json, (text) => {
        fc.pre(!/\\u0000|\\ud[89a-f]|__proto__/i.test(text));
        expect(parseJson(text)).to.deep.equal(JSON.parse(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses, whatever was damaged', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '\\', '}', '[', ' ', '0', 'e', '\n', '\t', ':', '-'))
      .map(([text, seed, piece]) => {
        const at = seed % (text.length + 1);
        return text.slice(0, at) + piece + text.slice(at + (piece === '' ? 1 : 0));
      });
    fc.assert(
      fc.property(damaged, (text) => {
        const reference = accepted(JSON.parse, text);
        const ours = accepted(parseJson, text);
        if (ours === undefined && reference !== undefined) {
          // The only things refused on top: they are looked for by eye, so that a slip of the reader shows.
          expect(text).to.match(/\\u0000|\\u[dD][89a-fA-F]|"([^"]*)"\s*:[\s\S]*"\1"\s*:|__proto__/);
        } else expect(ours).to.deep.equal(reference);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps a whole pair of surrogates and an escaped quote', () => {
    expect(parseJson('{"a":"\\ud83d\\ude00 \\" \\\\"}')).to.deep.equal({ a: '😀 " \\' });
  });

  it('refuses nesting that would exhaust the stack', () => {
    expect(() => parseJson('['.repeat(100_000))).to.throw(/deeper than 64/);
  });

  it('reads 5 MB of escapes without running out of anything', () => {
    const text = JSON.stringify({ content: '\n"\\'.repeat(800_000) });
    expect(parseJson(text)).to.deep.equal(JSON.parse(text));
  });
});
