import * as protocol from '@moltnet/protocol';
import type { BundleLine, BundleReport, EntryLine, VerifyOptions } from '@moltnet/protocol';
import { expect } from 'chai';
import { bundleText, eventfulWorld, seeded, uuid, World, type Author, type Diary } from './bundleWorld.js';

const pinned = (world: World): VerifyOptions => ({ trustedKeys: [protocol.parseNoteKey(world.logKey)] });

function verify(bundle: readonly BundleLine[] | string, options?: VerifyOptions): BundleReport {
  const text = typeof bundle === 'string' ? bundle : bundleText(bundle);
  return protocol.verifyBundle(Buffer.from(text), options);
}

/** The first finding, as `line check`, and what it says. */
function first({ verdict, findings }: BundleReport): string {
  const [finding] = findings;
  return finding ? `${verdict}: line ${finding.line} ${finding.check}: ${finding.message}` : verdict;
}

const at = (bundle: readonly BundleLine[], name: string, nth = 0): number =>
  bundle.map((line, i) => [line.line, i] as const).filter(([line]) => line === name)[nth]![1];

function change<T extends BundleLine>(
  bundle: readonly BundleLine[],
  i: number,
  alter: (line: T) => BundleLine,
): BundleLine[] {
  return bundle.map((line, n) => (n === i ? alter(line as T) : line));
}

describe('a bundle', () => {
  const { world, bundle } = eventfulWorld();

  it('that is as it was logged is trusted by whoever knows the log, and else consistent', () => {
    expect(first(verify(bundle, pinned(world)))).to.equal('trusted');
    expect(first(verify(bundle))).to.equal('consistent');
  });

  it('says what it holds', () => {
    const { counts, log, diaryId, notices } = verify(bundle);
    expect(counts).to.deep.equal({
      lines: bundle.length,
      entries: 6,
      revisions: 1,
      signed: 7,
      erased: 1,
      authors: 2,
      relations: 1,
    });
    expect(log).to.include({ origin: world.origin, key: world.logKey, treeSize: world.leaves.length });
    expect(diaryId).to.equal(uuid('diary'));
    expect(notices).to.deep.equal([]);
  });

  it('is read in pieces of any size', () => {
    const bytes = Buffer.from(bundleText(bundle));
    for (const size of [1, 7, 1000]) {
      const verifier = protocol.createBundleVerifier(pinned(world));
      for (let i = 0; i < bytes.length; i += size) verifier.push(bytes.subarray(i, i + size));
      expect(first(verifier.end())).to.equal('trusted');
    }
  });

  it('of a diary without entries is whole', () => {
    const empty = world.diary('empty');
    expect(first(verify(world.bundle(empty, [])))).to.equal('consistent');
  });

  it('holds without its last line feed, and with lines that end as on Windows', () => {
    const text = bundleText(bundle);
    expect(first(verify(text.trimEnd()))).to.equal('consistent');
    expect(first(verify(text.replaceAll('\n', '\r\n')))).to.equal('consistent');
  });
});

describe('the verifier names', () => {
  const { world, diary, authors, bundle } = eventfulWorld();
  const [ann, ben] = authors as [Author, Author];
  const entry = at(bundle, 'entry');

  it('an edited text', () => {
    const edited = change<EntryLine>(bundle, entry, (line) => ({ ...line, body: { ...line.body!, content: 'One' } }));
    expect(first(verify(edited))).to.equal(
      `broken: line ${entry + 1} body: has another text than its author committed to`,
    );
    expect(verify(edited).findings[0]!.entryId).to.equal(uuid('first'));
    expect(verify(edited).findingCount).to.equal(1);
  });

  it('two entries that were swapped, line for line or text for text', () => {
    const swapped = [...bundle];
    [swapped[entry], swapped[entry + 1]] = [swapped[entry + 1]!, swapped[entry]!];
    expect(first(verify(swapped))).to.equal(
      `broken: line ${entry + 1} chain: is number 2 of its chain: number 1 is missing`,
    );
    const third = at(bundle, 'entry', 2);
    const { header, body } = bundle[third + 1] as EntryLine;
    const exchanged = change<EntryLine>(bundle, third, (line) => ({ ...line, header, body }));
    expect(first(verify(exchanged))).to.equal(`broken: line ${third + 1} entry: has another header than was logged`);
  });

  it('the last entries, when they are left out', () => {
    const head = at(bundle, 'head', 2);
    for (const count of [1, 3]) {
      const cut = [...bundle.slice(0, head - count), ...bundle.slice(head)];
      expect(first(verify(cut))).to.equal(
        `broken: line ${head + 1 - count} head: says that the chain has 12 leaves: ${count === 1 ? 'the last is' : `the last ${count} are`} missing`,
      );
    }
  });

  it('an entry from the middle, when it is left out', () => {
    const cut = bundle.filter((_, i) => i !== at(bundle, 'entry', 1));
    expect(first(verify(cut))).to.match(/^broken: line \d+ chain: is number 4 of its chain: number 3 is missing$/);
  });

  it('an entry that was renumbered to hide the one before it', () => {
    const cut = bundle.filter((_, i) => i !== entry);
    const renumbered = change<EntryLine>(cut, entry, (line) => {
      const leaf = line.leaf.map((field, i) => (i === 3 ? 1 : i === 4 ? '' : field));
      return { ...line, leaf: leaf as unknown as EntryLine['leaf'] };
    });
    expect(first(verify(renumbered))).to.equal(
      `broken: line ${entry + 1} proof: does not lead from this leaf to the root of the log`,
    );
  });

  it('a back-dated entry: in its header, in the log, or by its author from the beginning', () => {
    const createdAt = '2020-01-31T09:30:00.000Z';
    const header = change<EntryLine>(bundle, entry, (line) => ({ ...line, header: { ...line.header, createdAt } }));
    expect(first(verify(header))).to.equal(`broken: line ${entry + 1} entry: has another header than was logged`);
    const leaf = change<EntryLine>(bundle, entry, (line) => ({
      ...line,
      leaf: [...line.leaf.slice(0, 7), createdAt] as unknown as EntryLine['leaf'],
    }));
    expect(first(verify(leaf))).to.equal(
      `broken: line ${entry + 1} proof: does not lead from this leaf to the root of the log`,
    );
    const late = new World();
    const author = late.author('ann');
    late.write(diaryOf(late), author, 'late', { createdAt });
    const report = verify(late.bundle(diaryOf(late), [author]));
    expect(report.verdict).to.equal('consistent');
    expect(report.notices.map(({ check, entryId }) => [check, entryId])).to.deep.equal([['time', uuid('late')]]);
  });

  it('a log whose clock goes back', () => {
    const odd = new World();
    const author = odd.author('ann');
    odd.write(diaryOf(odd), author, 'now');
    odd.write(diaryOf(odd), author, 'then', { at: '2020-01-01T00:00:00.000Z', createdAt: '2020-01-01T00:00:00.000Z' });
    const { notices } = verify(odd.bundle(diaryOf(odd), [author]));
    expect(notices.map(({ message }) => message)).to.deep.equal([
      'was logged at 2020-01-01T00:00:00.000Z, after a leaf of 2026-01-31T09:30:01.000Z',
    ]);
  });

  it('an entry of another diary, carried over with its proof or logged anew', () => {
    const other = world.diary('other');
    const line = world.bundle(other, [ben]).find((each) => each.line === 'entry') as EntryLine;
    const carried = [...bundle.slice(0, entry), line, ...bundle.slice(entry)];
    expect(first(verify(carried))).to.equal(`broken: line ${entry + 1} leaf: is of another diary`);

    const anew = new World();
    const author = anew.author('ann');
    anew.write({ ...diaryOf(anew), id: uuid('other') }, author, 'moved');
    expect(first(verify(anew.bundle(diaryOf(anew), [author])))).to.equal(
      `broken: line 4 entry: belongs to the diary ${uuid('other')}`,
    );
    const renamed = change(bundle, 0, (header) => ({ ...header, diaryId: uuid('other') }) as BundleLine);
    expect(first(verify(renamed))).to.match(/^broken: line \d+ leaf: is of another diary$/);
  });

  it('a signature with a key that was rotated before', () => {
    const old = new World();
    const author = old.author('ann');
    old.rotate(author);
    old.write(diaryOf(old), author, 'stolen');
    expect(first(verify(old.bundle(diaryOf(old), [author])))).to.match(
      /^broken: line 5 key: is signed with [0-9a-f]{64}, which had ended at 1$/,
    );
  });

  it('a signature with a key that was revoked before, at birth or later', () => {
    const old = new World();
    const author = old.author('ann');
    const unsigned = old.write(diaryOf(old), author, 'unsigned', { isSigned: false });
    old.revoke(author);
    old.write(diaryOf(old), author, 'stolen');
    old.signLater(diaryOf(old), author, unsigned);
    const { findings } = verify(old.bundle(diaryOf(old), [author]));
    expect(findings.map(({ line, check }) => [line, check])).to.deep.equal([
      [6, 'key'],
      [7, 'key'],
    ]);
  });

  it('a revocation that is left out, so that a stolen key looks good', () => {
    const old = new World();
    const author = old.author('ann');
    old.revoke(author);
    old.write(diaryOf(old), author, 'stolen');
    const lines = old.bundle(diaryOf(old), [author]);
    expect(first(verify(lines.filter((_, i) => i !== 2)))).to.equal(
      'broken: line 3 head: says that the chain has 2 leaves: the last is missing',
    );
    const headless = lines.filter((_, i) => i !== 2 && i !== 3);
    expect(verify(headless).findings.map(({ line, check }) => [line, check])).to.deep.equal([[2, 'head']]);
    const foreign: BundleLine = { line: 'foreignKey', publicKey: author.publicKey };
    const { verdict, notices } = verify([lines[0]!, foreign, ...lines.slice(4)]);
    expect([verdict, notices.map(({ check }) => check)]).to.deep.equal(['consistent', ['foreignKey']]);
  });

  it("an entry that is signed with another author's key, or one that the bundle has not", () => {
    const signature = protocol.sign(
      ben.privateKey,
      protocol.entrySigningInput(protocol.contentHash((bundle[entry] as EntryLine).header)),
    );
    const forged = change<EntryLine>(bundle, entry, (line) => ({ ...line, signature }));
    expect(first(verify(forged))).to.match(/^broken: line \d+ signature: is not signed by its author/);
    expect(first(verify(world.bundle(diary, [ann])))).to.match(
      /^broken: line \d+ key: is signed with [0-9a-f]{64}, which is not in the bundle$/,
    );
  });

  it('a header that is replayed: the same again, as a revision, or under a batch that it was never in', () => {
    for (const kind of ['entry', 'revision'] as const) {
      const again = new World();
      const author = again.author('ann');
      const draft = { content: 'Pay.', salt: seeded('salt').toString('hex'), createdAt: '2026-01-31T09:30:01.000Z' };
      again.write(diaryOf(again), author, 'pay', draft);
      again.write(diaryOf(again), author, 'pay', { ...draft, kind });
      const what = kind === 'entry' ? 'was there on line 4' : 'has the header of an earlier version once more';
      expect(first(verify(again.bundle(diaryOf(again), [author])))).to.equal(`broken: line 5 entry: ${what}`);
    }
    const third = at(bundle, 'entry', 2);
    const { signaturePath } = bundle[third + 1] as EntryLine;
    const moved = change<EntryLine>(bundle, third, (line) => ({ ...line, signaturePath }));
    expect(first(verify(moved))).to.match(/^broken: line \d+ signature: is not signed by its author/);
  });

  it('a proof for another leaf', () => {
    const { proof, index } = bundle[entry + 2] as EntryLine;
    const moved = change<EntryLine>(bundle, entry, (line) => ({ ...line, proof }));
    expect(first(verify(moved))).to.match(/^broken: line \d+ proof: does not lead from this leaf/);
    const both = change<EntryLine>(bundle, entry, (line) => ({ ...line, proof, index }));
    expect(first(verify(both))).to.match(/^broken: line \d+ proof: /);
    const far = change<EntryLine>(bundle, entry, (line) => ({ ...line, index: 1e6 }));
    expect(first(verify(far))).to.match(/^broken: line \d+ proof: is no proof for leaf 1000000 of/);
  });

  it('a bundle that is forged from beginning to end, to whoever knows the log', () => {
    const forged = eventfulWorld('forger');
    expect(first(verify(forged.bundle))).to.equal('consistent');
    expect(first(verify(forged.bundle, pinned(world)))).to.equal(
      `broken: line 4 trust: is not signed by the key of ${world.origin} that is trusted here, ${world.logKey}`,
    );
  });

  it('a key of the log that no trusted key handed over to, and trusts one that it did', () => {
    const next = new World('next');
    const author = next.author('ann');
    next.write(diaryOf(next), author, 'first');
    const keys = [world, next].map((each) => ({ name: world.origin, ...each.log }));
    const change = { last: world.head(), from: keys[0]!, to: keys[1]! };
    const note = (...signers: typeof keys): BundleLine => {
      return { line: 'logKeyChange', note: protocol.signNote(protocol.logKeyChangeText(change), signers) };
    };
    const lines = next.bundle(diaryOf(next), [author]);
    const changed = (line: BundleLine): BundleLine[] => [lines[0]!, line, ...lines.slice(1)];
    expect(first(verify(lines, pinned(world)))).to.match(/^broken: line 3 trust: /);
    expect(first(verify(changed(note(...keys)), pinned(world)))).to.equal('trusted');
    expect(first(verify(changed(note(...keys))))).to.equal('consistent');
    expect(first(verify(changed(note(keys[1]!)), pinned(world)))).to.equal(
      'broken: line 2 logKey: is not signed by both keys',
    );
    expect(first(verify(changed({ line: 'logKeyChange', note: world.checkpoint() })))).to.match(
      /^broken: line 2 logKey/,
    );
  });

  it('a guess at a text that was erased: no text has the commitment without its salt', () => {
    const erased = bundle.findIndex((line) => line.line === 'entry' && line.body === null);
    for (const salt of ['00'.repeat(32), (bundle[entry] as EntryLine).body!.salt]) {
      const guess = change<EntryLine>(bundle, erased, (line) => ({
        ...line,
        body: { salt, title: '', content: 'Text of sixth.', tags: [] },
      }));
      expect(first(verify(guess))).to.equal(
        `broken: line ${erased + 1} body: has another text than its author committed to`,
      );
    }
  });

  it('a text that is gone without a tombstone', () => {
    const gone = change<EntryLine>(bundle, entry, (line) => ({ ...line, body: null }));
    expect(first(verify(gone))).to.equal(
      `broken: line ${entry + 1} body: has no text, and no tombstone says that it was erased`,
    );
  });

  it('a log that shows two faces: another tree of the size that was seen before', () => {
    const { origin, size } = world.head();
    const seen = [{ origin, size, root: seeded('another root') }];
    expect(first(verify(bundle, { ...pinned(world), seen }))).to.match(
      /^broken: line 1 consistency: shows another tree of \d+ leaves than was seen before: two faces$/,
    );
    expect(first(verify(bundle, { ...pinned(world), seen: [world.head()] }))).to.equal('trusted');
  });

  it('a log that was rolled back and went on otherwise', () => {
    const seen = new World();
    const author = seen.author('ann');
    seen.write(diaryOf(seen), author, 'kept');
    seen.write(diaryOf(seen), author, 'lost');
    const before = seen.head();
    const back = new World();
    back.author('ann');
    back.write(diaryOf(back), author, 'kept');
    for (const name of ['new', 'newer']) back.write(diaryOf(back), author, name);
    const path = protocol
      .consistencyProof(protocol.buildLevels(back.leaves), before.size)
      .map((hash) => protocol.encodeHex(hash));
    const proof: BundleLine = { line: 'consistency', fromSize: before.size, path };
    const lines = back.bundle(diaryOf(back), [author], [proof]);
    expect(first(verify(lines, { ...pinned(back), seen: [before] }))).to.equal(
      'broken: line 8 consistency: does not show that the log continues the tree of 3 seen before',
    );
    expect(first(verify(lines, pinned(back)))).to.equal('trusted');
  });

  it('nothing where the log goes on as it should, and says so where that is not shown', () => {
    const before = { ...world.head() };
    const grown = eventfulWorld();
    grown.world.write(diary, grown.authors[0]!, 'more');
    const levels = protocol.buildLevels(grown.world.leaves);
    const path = protocol.consistencyProof(levels, before.size).map((hash) => protocol.encodeHex(hash));
    const proof: BundleLine = { line: 'consistency', fromSize: before.size, path };
    const options = { ...pinned(world), seen: [before] };
    const shown = verify(grown.world.bundle(diary, grown.authors, [proof]), options);
    expect([first(shown), shown.notices]).to.deep.equal(['trusted', []]);
    const notShown = verify(grown.world.bundle(diary, grown.authors), options);
    expect(notShown.notices.map(({ check }) => check)).to.deep.equal(['unlinked']);
    const older = verify(bundle, { ...pinned(world), seen: [grown.world.head()] });
    expect(older.notices.map(({ check }) => check)).to.deep.equal(['older']);
  });

  it('a head or a checkpoint of another tree, or with an altered signature', () => {
    const last = bundle.length - 1;
    const other = eventfulWorld();
    other.world.write(diary, ann, 'more');
    const checkpoint = change(bundle, last, () => ({ line: 'checkpoint', note: other.world.checkpoint() }));
    expect(first(verify(checkpoint))).to.match(/^broken: line \d+ checkpoint: signs another tree than the bundle's/);
    const head = at(bundle, 'head', 2);
    const larger = change(bundle, head, () => world.chainHead(diary.tag, { treeSize: 99 }));
    expect(first(verify(larger))).to.match(/^broken: line \d+ head: is of another log or another tree/);
    const altered = change(bundle, head, () => {
      const { note } = world.chainHead(diary.tag) as { note: string };
      return { line: 'head', note: note.replace(',12,', ',11,') };
    });
    expect(first(verify(altered))).to.match(/^broken: line \d+ head: note bears a signature that is not that of/);
  });

  it('a tombstone, a supersession or a relation about something that is not there', () => {
    const relation = at(bundle, 'relation');
    const fromHash = 'ab'.repeat(32);
    const wrong = change(bundle, relation, (line) => ({ ...line, fromHash }) as BundleLine);
    expect(first(verify(wrong))).to.equal(
      `broken: line ${relation + 1} relation: is about a version that is not there, ${fromHash}`,
    );
    for (const name of ['tombstone', 'supersession'] as const) {
      const i = at(bundle, name);
      const altered = change(bundle, i, (line) => {
        const subject = (line as unknown as Record<string, object>)[name];
        return { ...line, [name]: { ...subject, entryId: uuid('third') } } as BundleLine;
      });
      expect(first(verify(altered))).to.equal(`broken: line ${i + 1} ${name}: is another ${name} than was logged`);
    }
  });
});

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

function diaryOf(world: World): Diary {
  return world.diary('diary');
}
