import * as protocol from '@moltnet/protocol';
import { expect } from 'chai';
import { at, first, pinned, verify } from './bundleReports.js';
import { bundleText, eventfulWorld } from './bundleWorld.js';

describe('the verifier refuses', () => {
  const { world, bundle } = eventfulWorld();
  const text = bundleText(bundle);
  const entry = at(bundle, 'entry');
  const alter = (find: string, replacement: string): string => {
    expect(text).to.include(find);
    return text.replace(find, () => replacement);
  };

  const malformed: [string, () => string, string][] = [
    [
      'a repeated member',
      () => alter('"line":"entry"', '"line":"entry","line":"entry"'),
      'json: line has the member "line" twice',
    ],
    [
      'a repeated member of a header',
      () => alter('"importance":5', '"importance":5,"importance":5'),
      'json: line has the member "importance" twice',
    ],
    [
      'a member called __proto__',
      () => alter('"body":{', '"body":{"__proto__":{"title":"x"},'),
      'shape: has not the form of a line at .body.__proto__',
    ],
    [
      'half of a surrogate pair',
      () => alter('two 😀', String.raw`two \ud83d`),
      'json: a string of the line has half of a surrogate pair',
    ],
    ['NUL', () => alter('two 😀', String.raw`two \u0000`), 'json: a string of the line has a NUL character'],
    [
      'a raw control character',
      () => alter('two 😀', 'two \u0007'),
      'json: line has a string that is cut off or not written as JSON',
    ],
    [
      'an integer above 2^53',
      () => alter('"importance":5', '"importance":9007199254740993'),
      'json: line has an integer beyond 2^53 - 1',
    ],
    [
      'a fraction',
      () => alter('"importance":5', '"importance":5.0'),
      'json: line is cut off, or not JSON with integers',
    ],
    [
      'an exponent',
      () => alter('"importance":5', '"importance":5e0'),
      'json: line is cut off, or not JSON with integers',
    ],
    [
      'a word that is none',
      () => alter('"signaturePath":null', '"signaturePath":nul'),
      'json: line is not JSON (character',
    ],
    ['a colon too few', () => alter('"importance":5', '"importance" 5'), 'json: line lacks a :, or is cut off'],
    ['a member too many', () => alter('"body":{', '"note":1,"body":{'), 'shape: has not the form of a line at .note'],
    [
      'a member too few',
      () => alter('"signaturePath":null', '"signature2":null'),
      'shape: has not the form of a line at .signature2',
    ],
    [
      '10 MB of text',
      () => alter('two 😀', 'x'.repeat(10_000_000)),
      `limit: is longer than ${protocol.LINE_BYTES_MAX} bytes`,
    ],
    [
      '100,001 characters',
      () => alter('two 😀', 'x'.repeat(100_001)),
      'body: content has more than 100000 code points',
    ],
    ['tags out of order', () => alter('["a","b"]', '["b","a"]'), 'body: tags[1] is repeated or out of order'],
    ['deep nesting', () => alter('"body":{', `"deep":${'['.repeat(50_000)},"body":{`), 'json: line is nested too deep'],
    [
      'something behind the line',
      () => alter('"signaturePath":null}', '"signaturePath":null} {}'),
      'json: line has something behind its value',
    ],
    [
      'an unknown kind of line',
      () => alter('"line":"entry"', '"line":"toString"'),
      'shape: has not the form of a line at .line',
    ],
    [
      'a line of another kind',
      () => alter('"line":"entry"', '"line":"revision"'),
      'leaf: is called revision, and its leaf says entry',
    ],
  ];
  for (const [what, make, message] of malformed) {
    it(`${what}, and says on which line`, () => {
      expect(first(verify(make())))
        .to.match(new RegExp(`^broken: line ${entry + 1} `))
        .and.include(message);
    });
  }

  it('bytes that are not UTF-8', () => {
    const bytes = Buffer.from(text);
    bytes[bytes.indexOf('Text of')] = 0xff;
    expect(first(protocol.verifyBundle(bytes))).to.match(/^broken: line \d+ json: is not UTF-8$/);
  });

  it('a bundle that is cut off anywhere, and says where', () => {
    for (let length = 0; length < text.length - 1; length += 997) {
      const { verdict, findings } = verify(text.slice(0, length), pinned(world));
      expect(verdict, String(length)).to.equal('broken');
      if (length > (text.indexOf('\n') ?? 0)) expect(findings.at(-1)!.check).to.equal('truncated');
    }
  });

  it('whatever stands behind the checkpoint, or before its part', () => {
    expect(first(verify([...bundle, bundle[entry]!]))).to.equal(
      `broken: line ${bundle.length + 1} order: is of kind entry, which may not stand here`,
    );
    const late = [...bundle.slice(0, 1), ...bundle.slice(entry), ...bundle.slice(1, entry)];
    expect(first(verify(late)).startsWith('broken')).to.equal(true);
  });

  it('what is no bundle, without reading on', () => {
    for (const wrong of ['', '\n', '{}', 'hello\nworld\n', text.slice(text.indexOf('\n') + 1)]) {
      const { verdict, findingCount, findings } = verify(wrong);
      expect([verdict, findingCount, findings[0]!.line]).to.deep.equal(['broken', 1, 1]);
    }
  });

  it('to be flooded: of very many findings the first are kept', () => {
    const { findings, findingCount } = verify(bundle[0]! && `${protocol.bundleLine(bundle[0]!)}${'x\n'.repeat(5000)}`);
    expect([findings.length, findingCount]).to.deep.equal([100, 5002]);
  });
});
