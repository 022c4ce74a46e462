import * as protocol from '@moltnet/protocol';
import type { BundleLine, EntryLine, KeyLine } from '@moltnet/protocol';
import { expect } from 'chai';
import { at, change, diaryOf, first, pinned, verify } from './bundleReports.js';
import { bundleText, eventfulWorld, seeded, uuid, World, type Author, type Diary } from './bundleWorld.js';

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
    expect(first(verify(changed(note(keys[1]!)), pinned(world)))).to.match(/^broken: line 4 trust: /);
    const altered = { ...note(...keys) } as { line: 'logKeyChange'; note: string };
    altered.note = altered.note.replace(`v1",${world.leaves.length},`, 'v1",1,');
    expect(first(verify(changed(altered)))).to.match(/^broken: line 2 logKey: note bears a signature that is not/);
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

describe('the verifier names what no honest log would take:', () => {
  let world: World;
  let diary: Diary;
  let ann: Author;
  let ben: Author;
  beforeEach(() => {
    world = new World();
    diary = diaryOf(world);
    ann = world.author('ann');
    ben = world.author('ben');
  });
  const found = (rest: BundleLine[] = []): string =>
    first(verify(world.bundle(diary, [ann, ben], rest))).replace(/[0-9a-f]{64}/g, 'HASH');

  it('a revision of nothing, or of what was erased', () => {
    world.write(diary, ann, 'new', { kind: 'revision' });
    expect(found()).to.equal('broken: line 6 entry: is revised before it is there');
    const entry = world.write(diary, ann, 'erased');
    world.erase(diary, ann, entry);
    world.write(diary, ann, 'erased', { kind: 'revision' });
    const { findings } = verify(world.bundle(diary, [ann, ben]));
    expect(findings.at(-1)).to.include({ line: 9, message: 'is revised after it was erased' });
  });

  it('a signature of a key that begins later', () => {
    const odd = new World();
    odd.write(diary, ann, 'early');
    odd.author('ann');
    expect(first(verify(odd.bundle(diary, [ann])))).to.match(
      /line 4 key: is signed with .{64}, which begins only at 1$/,
    );
  });

  it("a later signature that is not its author's, or not the one that was logged", () => {
    const entry = world.write(diary, ann, 'first', { isSigned: false });
    world.signLater(diary, ben, entry);
    expect(found()).to.equal("broken: line 7 signature: is not its author's");
    const lines = world.bundle(diary, [ann, ben]);
    const altered = change(lines, 6, (line) => ({ ...line, signature: 'AAAA' }) as BundleLine);
    expect(first(verify(altered))).to.equal('broken: line 7 signature: is another signature than was logged');
    const unknown = { ...entry, hash: 'ab'.repeat(32) };
    world.signLater(diary, ann, unknown);
    const { findings } = verify(world.bundle(diary, [ann, ben]));
    expect(findings.at(-1)!.message).to.match(/^is about a version that is not there/);
  });

  it('a tombstone of nothing, of an older version, or a second one', () => {
    const entry = world.write(diary, ann, 'first');
    world.erase(diary, ann, { ...entry, entryId: uuid('another') });
    world.erase(diary, ann, { ...entry, hash: 'ab'.repeat(32) });
    world.erase(diary, ann, entry);
    world.erase(diary, ann, entry);
    const { findings } = verify(world.bundle(diary, [ann, ben]));
    expect(findings.map(({ line, message }) => `${line} ${message}`)).to.deep.equal([
      '7 erases an entry that is not there',
      "8 has not the entry's last hash",
      '10 erases an entry for the second time',
    ]);
  });

  it('a relation between entries of other diaries', () => {
    const relation = eventfulWorld().bundle.find(({ line }) => line === 'relation')!;
    expect(found([relation])).to.equal('broken: line 7 relation: is between entries that are not there');
  });

  it('an event of a key that was altered, is out of order, or stands in the chain of another agent', () => {
    world.revoke(ben);
    const lines = world.bundle(diary, [ben]);
    const event = (altered: object, publicKey?: string | null): string =>
      first(
        verify(
          change(lines, 1, (line) => ({
            ...(line as KeyLine),
            event: { ...(line as KeyLine).event, ...altered },
            ...(publicKey !== undefined && { publicKey }),
          })),
        ),
      );
    expect(event({ reason: 'x' })).to.equal('broken: line 2 key: is another event of a key than was logged');
    expect(event({}, ann.publicKey)).to.equal('broken: line 2 key: is not there, or is another than its id says');
    expect(event({}, null)).to.equal('broken: line 2 key: is not there, or is another than its id says');

    world.revoke(ben);
    world.revoke({ ...ann, epoch: 2 });
    world.rotate({ ...ann, agentKeyId: ben.agentKeyId });
    world.rotate({ ...ann, epoch: 0 });
    world.revoke({ ...ann, tag: uuid('x').replaceAll('-', '').repeat(2) });
    const stranger = { ...ann, tag: 'ab'.repeat(32), epoch: 0, agentKeyId: ben.keyId };
    world.rotate(stranger);
    const { findings } = verify(
      world.bundle(diary, [ann, ben, stranger, { ...ann, tag: uuid('x').replaceAll('-', '').repeat(2) }]),
    );
    expect(findings.map(({ message }) => message)).to.deep.equal([
      'is of epoch 2, where 1 is due',
      "stands in another agent's chain",
      'is of epoch 1, where 2 is due',
      'ends, and is not the one that was good until here',
      'names the agent by another than its first key',
      'ends before it began',
    ]);
  });

  it('a key that begins for the second time, or that is called foreign', () => {
    const again = { ...ann, tag: 'ab'.repeat(32), epoch: 0 };
    const twin = new World();
    const first1 = twin.author('ann');
    twin.append('key', again.tag, {
      hash: protocol.keyEventHash({ ...event(first1), reason: 'again' }),
      authorKeyId: ann.keyId,
      members: { event: { ...event(first1), reason: 'again' }, publicKey: ann.publicKey },
    });
    const lines = twin.bundle(diary, [first1, again]);
    expect(first(verify(lines))).to.equal('broken: line 4 key: begins for the second time');
    const foreign: BundleLine = { line: 'foreignKey', publicKey: ann.publicKey };
    const known = world.bundle(diary, [ann]);
    expect(first(verify([...known.slice(0, 3), foreign, ...known.slice(3)]))).to.equal(
      'broken: line 4 key: is called foreign, and the log knows it',
    );
  });

  it('a leaf that comes again, that follows another, or stands before the one that it follows', () => {
    world.write(diary, ann, 'first');
    world.write(diary, ann, 'second');
    const lines = world.bundle(diary, [ann]);
    const again = [...lines.slice(0, 4), lines[3]!, ...lines.slice(4)];
    expect(first(verify(again))).to.equal('broken: line 5 chain: is number 1 of its chain, where 2 should follow');
    const [key, head] = [lines[1]!, lines[2]!];
    expect(first(verify([lines[0]!, key, head, key, ...lines.slice(3)]))).to.equal(
      'broken: line 4 chain: comes after the end of its chain, which has 1',
    );
    [world.leaves[2], world.leaves[3]] = [world.leaves[3]!, world.leaves[2]!];
    const moved = world.bundle(diary, [ann]);
    const place = ({ index, proof }: EntryLine) => ({ index, proof });
    const [one, two] = [moved[3] as EntryLine, moved[4] as EntryLine];
    Object.assign(moved, { 3: { ...one, ...place(two) }, 4: { ...two, ...place(one) } });
    expect(first(verify(moved))).to.equal(
      'broken: line 5 chain: stands at 2 in the log, before the leaf that it follows, 3',
    );
    const forked = new World();
    forked.author('ann');
    forked.write(diary, ann, 'first');
    forked.append('run', diary.tag, {
      hash: 'ab'.repeat(32),
      authorKeyId: ann.keyId,
      members: {},
      prevLeaf: 'cd'.repeat(32),
    });
    expect(first(verify(forked.bundle(diary, [ann])))).to.equal(
      'broken: line 5 chain: does not follow the leaf on line 4: one of the two was exchanged',
    );
  });

  it('a header with the key of another log, a checkpoint that names another', () => {
    const lines = world.bundle(diary, [ann]);
    const other = new World('other', 'elsewhere.example').logKey;
    const renamed = change(lines, 0, (line) => ({ ...line, logKey: other }) as BundleLine);
    expect(first(verify(renamed))).to.equal(
      'broken: line 1 header: names moltnet.example/log and has a key of elsewhere.example',
    );
    const text = protocol.checkpointText({ ...world.head(), origin: 'elsewhere.example' });
    const note = protocol.signNote(text, [{ name: world.origin, ...world.log }]);
    const named = change(lines, lines.length - 1, () => ({ line: 'checkpoint', note }));
    expect(first(verify(named))).to.equal('broken: line 5 checkpoint: is of elsewhere.example');
  });

  it('a path without a signature', () => {
    world.write(diary, ann, 'first', { isSigned: false });
    const lines = change<EntryLine>(world.bundle(diary, [ann]), 3, (line) => ({
      ...line,
      signaturePath: { index: 0, size: 1, path: [] },
    }));
    expect(first(verify(lines))).to.equal('broken: line 4 signature: has a path and no signature');
  });

  it('a head that is none, a second one, and lines where they may not stand', () => {
    const lines = world.bundle(diary, [ann, ben]);
    const twice = [...lines.slice(0, 3), ...lines.slice(2)];
    expect(first(verify(twice))).to.equal('broken: line 4 head: is a second head of one chain');
    const late = [lines[0]!, ...lines.slice(3, 6), ...lines.slice(1, 3), ...lines.slice(6)];
    expect(first(verify(late))).to.equal('broken: line 5 order: is of kind key, which may not stand here');
    world.write(diary, ben, 'first');
    const longer = world.bundle(diary, [ann, ben]);
    const behind = [longer[0]!, ...longer.slice(3, 6), longer[2]!, ...longer.slice(6)];
    expect(first(verify(behind))).to.equal('broken: line 5 order: is a head that stands too late in the bundle');
    const noHead = change(lines, 2, () => {
      return { line: 'head', note: protocol.signNote('[]\n', [{ name: world.origin, ...world.log }]) };
    });
    expect(first(verify(noHead))).to.match(/^broken: line 3 head: /);
    const other = change(lines, 2, () => {
      const text = protocol.parseNote((lines[2] as { note: string }).note).text.replace('head:v1', 'head:v2');
      return { line: 'head', note: protocol.signNote(text, [{ name: world.origin, ...world.log }]) };
    });
    expect(first(verify(other))).to.equal('broken: line 3 head: is signed, and is no head of a chain');
    for (const wrong of [{ count: 0, lastLeaf: '' }, { lastLeaf: 'ab'.repeat(32) }]) {
      const ended = change(longer, 2, () => world.chainHead(ann.tag, wrong));
      expect(first(verify(ended))).to.match(/head: says that the chain has \d leaves and ends with another/);
    }
  });

  it('and tells of an entry that another than its author logged', () => {
    const { header, body } = world.draft(diary, ann, 'first');
    const hash = protocol.contentHash(header);
    const members = { header, body, signature: null, signaturePath: null };
    world.append('entry', diary.tag, { hash, authorKeyId: ben.keyId, members });
    const { verdict, notices } = verify(world.bundle(diary, [ann, ben]));
    expect([verdict, notices.map(({ check }) => check)]).to.deep.equal(['consistent', ['author']]);
  });
});

function event({ agentKeyId, keyId }: Author): protocol.KeyEvent {
  return { agentKeyId, epoch: 1, keyId, change: 'begins', reason: '' };
}
