import {
  chainHeadText,
  checkpointText,
  EMPTY_ROOT,
  formatLogProof,
  formatNoteKey,
  generateKeyPair,
  leafHash,
  leafText,
  noteKeyHash,
  parseCheckpoint,
  parseLogProof,
  parseNote,
  parseNoteKey,
  signChainHead,
  signCheckpoint,
  signNote,
  verifyNote,
  type Leaf,
} from '@moltnet/protocol';
import { expect } from 'chai';

const origin = 'moltnet.example/log';
const log = generateKeyPair();
const next = generateKeyPair();
const key = { name: origin, publicKey: log.publicKey };
const root = leafHash('a');
const signed = signCheckpoint({ origin, size: 1, root }, [log.privateKey]);

describe('a signed note', () => {
  // From the documentation of Go's golang.org/x/mod/sumdb/note.
  const peter = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const line =
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

  it('of another implementation is read and verified', () => {
    const read = parseNoteKey(peter);
    expect(formatNoteKey(read)).to.equal(peter);
    const note = parseNote(`${text}\n${line}`);
    expect(note.text).to.equal(text);
    expect(verifyNote(note, [read])).to.deep.equal([read]);
  });

  it('that was altered is refused, and one of strangers is nobody’s', () => {
    const altered = parseNote(`${text.replace('answer', 'cause')}\n${line}`);
    expect(() => verifyNote(altered, [parseNoteKey(peter)])).to.throw('note bears a signature that is not that of');
    expect(verifyNote(altered, [key])).to.deep.equal([]);
  });

  it('may have signatures of kinds that nobody here knows', () => {
    const note = parseNote(`${text}\n— witness.example/w AAAAAQID\n${line}`);
    expect(note.signatures).to.have.length(2);
    expect(verifyNote(note, [parseNoteKey(peter)])).to.have.length(1);
  });

  it('bears the signature of the former and the next key while a log exchanges them', () => {
    const note = parseNote(signCheckpoint({ origin, size: 1, root }, [log.privateKey, next.privateKey]));
    const both = [key, { name: origin, publicKey: next.publicKey }];
    expect(verifyNote(note, both)).to.deep.equal(both);
  });

  it('keeps empty lines in its text', () => {
    expect(parseNote(signNote('a\n\nb\n', [{ name: 'x', privateKey: log.privateKey }])).text).to.equal('a\n\nb\n');
  });

  const malformed: [string, string][] = [
    ['no signatures', text],
    ['no line feed at the end', `${text}\n${line.trimEnd()}`],
    ['a carriage return', `a\r\n\n${line}`],
    ['a hyphen for the dash', `${text}\n${line.replace('—', '-')}`],
    ['a signature without its key', `${text}\n— PeterNeumann AAAA\n`],
    ['a name with a plus', `${text}\n${line.replace('Peter', 'P+')}`],
    ['65 signatures', `${text}\n${line.repeat(65)}`],
    ['much text', `${'a'.repeat(70_000)}\n\n${line}`],
  ];
  for (const [what, note] of malformed) {
    it(`with ${what} is none`, () => expect(() => parseNote(note)).to.throw('note '));
  }

  it('names its keys in one way', () => {
    expect(noteKeyHash(key)).to.match(/^[0-9a-f]{8}$/);
    for (const wrong of [
      peter.replace('c74f20a3', 'c74f20a4'),
      peter.replace('Peter', 'Petra'),
      peter.replace('+AR', '+BR'),
      'PeterNeumann',
    ]) {
      expect(() => parseNoteKey(wrong), wrong).to.throw('key ');
    }
  });
});

describe('a checkpoint', () => {
  it('says origin, size and root, and is read as it was written', () => {
    expect(signed.split('\n').slice(0, 2)).to.deep.equal([origin, '1']);
    const { note, ...read } = parseCheckpoint(signed);
    expect(read).to.deep.equal({ origin, size: 1, root });
    expect(note.text).to.equal(checkpointText(read));
    expect(verifyNote(note, [key])).to.deep.equal([key]);
  });

  it('of an empty log has size 0', () => {
    expect(parseCheckpoint(signCheckpoint({ origin, size: 0, root: EMPTY_ROOT }, [log.privateKey])).size).to.equal(0);
  });

  const sign = (text: string): string => signNote(text, [{ name: origin, privateKey: log.privateKey }]);
  const malformed: [string, string][] = [
    ['a leading zero', checkpointText({ origin, size: 1, root }).replace('\n1\n', '\n01\n')],
    ['a size beyond 2^53', checkpointText({ origin, size: 1, root }).replace('\n1\n', '\n9007199254740993\n')],
    ['a root of 31 bytes', `${origin}\n1\nAAAA\n`],
    ['a further line', `${checkpointText({ origin, size: 1, root })}more\n`],
    ['two lines', `${origin}\n1\n`],
  ];
  for (const [what, text] of malformed) {
    it(`with ${what} is refused`, () => expect(() => parseCheckpoint(sign(text))).to.throw());
  }

  it('and the head of a chain are never taken for each other', () => {
    const head = { origin, tag: 'ab'.repeat(32), count: 1, lastLeaf: 'cd'.repeat(32), treeSize: 1 };
    const note = signChainHead(head, [log.privateKey]);
    expect(() => parseCheckpoint(note)).to.throw();
    expect(chainHeadText(head).trimEnd()).to.not.include('\n');
    expect(verifyNote(parseNote(note), [key])).to.have.length(1);
  });
});

describe('a proof for one leaf', () => {
  const proof = { index: 0, path: [], checkpoint: signed };

  it('is read as it was written, with and without further data', () => {
    for (const each of [proof, { ...proof, extra: new TextEncoder().encode('x') }]) {
      const { head, ...read } = parseLogProof(formatLogProof(each));
      expect(read).to.deep.equal(each);
      expect(head.size).to.equal(1);
    }
  });

  it('of another format is refused', () => {
    const text = formatLogProof(proof);
    for (const wrong of [
      text.replace('@v1', '@v2'),
      text.replace('index 0', 'index 1'),
      text.replace('index 0\n', ''),
      '',
    ]) {
      expect(() => parseLogProof(wrong)).to.throw();
    }
  });
});

describe('a leaf', () => {
  const leaf: Leaf = {
    kind: 'entry',
    tag: '0a'.repeat(32),
    seq: 1,
    prevLeaf: '',
    subjectHash: '0b'.repeat(32),
    authorKeyId: '0c'.repeat(32),
    at: '2026-01-31T09:30:00.000Z',
  };

  it('is one canonical array', () => {
    expect(JSON.parse(leafText(leaf))).to.deep.equal(['moltnet:leaf:v1', ...Object.values(leaf)]);
  });

  const wrong: [string, Partial<Record<keyof Leaf, unknown>>][] = [
    ['kind', { kind: 'note' }],
    ['tag', { tag: 'ab' }],
    ['seq', { seq: 0 }],
    ['prevLeaf', { prevLeaf: '0d'.repeat(32) }],
    ['prevLeaf', { seq: 2 }],
    ['subjectHash', { subjectHash: '0B'.repeat(32) }],
    ['authorKeyId', { authorKeyId: '' }],
    ['at', { at: '2026-01-31T09:30:00Z' }],
  ];
  for (const [field, change] of wrong) {
    it(`with another ${field} (${JSON.stringify(change)}) has no bytes`, () => {
      expect(() => leafText({ ...leaf, ...change } as Leaf)).to.throw(field);
    });
  }
});
