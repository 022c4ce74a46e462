import { expect } from 'chai';
import type { Db } from '../../../src/db/database.js';
import { searchEntries } from '../../../src/db/search/searchEntries.js';
import { settleSearchIndex } from '../../../src/db/search/settleSearchIndex.js';
import type { SearchRequest } from '../../../src/db/search/searchTypes.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { insertDiary, insertEntries, type EntryParts, type TestDiary } from '../../support/entries.js';

describe('Searching entries by words', () => {
  let database: FreshDatabase;
  let db: Db;
  let diary: TestDiary;

  before(async () => {
    database = await freshDatabase();
    db = database.db;
  });
  after(() => database.drop());
  beforeEach(async () => {
    diary = await insertDiary(db);
  });

  const search = (text: string, more: Partial<SearchRequest> = {}) =>
    searchEntries(db, { diaryIds: [diary.id], text, ...more });
  const contentsOf = async (text: string, more: Partial<SearchRequest> = {}) =>
    (await search(text, more)).hits.map(({ entry }) => entry.content);
  const store = (...entries: (string | EntryParts)[]) =>
    insertEntries(
      db,
      diary,
      entries.map((entry) => (typeof entry === 'string' ? { content: entry } : entry)),
    );

  it('finds an entry by one of its words though the others of the query are not in it', async () => {
    await store('the harbour was closed by fog', 'lunch was good');
    expect(await contentsOf('why did the captain avoid the foggy harbours?')).to.deep.equal([
      'the harbour was closed by fog',
    ]);
  });

  it('prefers the rarer word, the shorter text and the word in the title', async () => {
    await store('common alpha', 'common beta', 'common gamma', 'common rare');
    expect((await contentsOf('common rare'))[0]).to.equal('common rare');
    await store({ title: 'walrus', content: 'notes about animals of the sea' }, 'I once saw a walrus in the sea');
    expect((await contentsOf('walrus'))[0]).to.equal('notes about animals of the sea');
    await store('zebra', `zebra ${'lorem ipsum dolor '.repeat(60)}`);
    expect((await contentsOf('zebra'))[0]).to.equal('zebra');
  });

  it('finds identifiers whole before entries that share their parts', async () => {
    await store('src/db/other.ts and src/http/search.ts', 'the bug is in src/db/search.ts', 'db search');
    expect((await contentsOf('src/db/search.ts'))[0]).to.equal('the bug is in src/db/search.ts');
    await store('ERR_CONN_RESET conn', 'got ERR_CONN_REFUSED today');
    expect((await contentsOf('ERR_CONN_REFUSED'))[0]).to.equal('got ERR_CONN_REFUSED today');
    expect((await contentsOf('refused'))[0]).to.equal('got ERR_CONN_REFUSED today');
    await store('call parseHttpResponse first');
    expect((await contentsOf('http response'))[0]).to.equal('call parseHttpResponse first');
  });

  it('finds text without spaces by any part of it, and emoji', async () => {
    await store('我们使用数据库连接池', '今天天气很好', 'deployed 🚀', 'データベースの移行');
    expect(await contentsOf('数据库')).to.deep.equal(['我们使用数据库连接池']);
    expect(await contentsOf('池')).to.deep.equal(['我们使用数据库连接池']);
    expect(await contentsOf('🚀')).to.deep.equal(['deployed 🚀']);
    expect(await contentsOf('移行')).to.deep.equal(['データベースの移行']);
  });

  it('never ranks, counts or measures what lies in another diary', async () => {
    await store('a quiet word', 'another word');
    const alone = await search('quiet word', { explain: true });
    const other = await insertDiary(db);
    await insertEntries(
      db,
      other,
      Array.from({ length: 30 }, () => ({ content: 'quiet word quiet' })),
    );
    const accompanied = await search('quiet word', { explain: true });
    expect(accompanied.explain).to.deep.equal(alone.explain);
    expect(accompanied.hits.map(({ entry, explain }) => [entry.id, explain?.lexical])).to.deep.equal(
      alone.hits.map(({ entry, explain }) => [entry.id, explain?.lexical]),
    );
    const both = await searchEntries(db, { diaryIds: [diary.id, other.id], text: 'quiet', limit: 100 });
    expect(both.hits).to.have.length(31);
  });

  it('answers nothing where no diary may be read', async () => {
    await store('word');
    expect((await search('word', { diaryIds: [] })).hits).to.deep.equal([]);
  });

  it('leaves superseded entries out unless they are asked for', async () => {
    const [former, latter] = await store('the port is 8080', 'the port is 9090');
    await db('entries').where('id', former).update({ superseded_by: latter });
    expect(await contentsOf('port')).to.deep.equal(['the port is 9090']);
    expect(await contentsOf('port', { includeSuperseded: true })).to.have.members([
      'the port is 8080',
      'the port is 9090',
    ]);
  });

  it('filters by tags, type, author and time', async () => {
    await store(
      { content: 'word one', tags: ['red', 'big'], type: 'semantic', createdAt: new Date('2024-01-01') },
      { content: 'word two', tags: ['red'], createdAt: new Date('2025-01-01') },
      { content: 'word three', tags: ['Red sea'], createdAt: new Date('2026-01-01') },
    );
    const filtered = (filters: SearchRequest['filters']) => contentsOf('word', filters ? { filters } : {});
    expect(await filtered({ tags: { all: ['red', 'big'] } })).to.deep.equal(['word one']);
    expect(await filtered({ tags: { any: ['big', 'Red sea'] } })).to.have.members(['word one', 'word three']);
    expect(await filtered({ tags: { none: ['red'] } })).to.deep.equal(['word three']);
    expect(await filtered({ tags: { any: [] } })).to.deep.equal([]);
    expect(await filtered({ types: ['semantic'] })).to.deep.equal(['word one']);
    expect(await filtered({ authorIds: [diary.ownerId] })).to.have.length(3);
    expect(await filtered({ authorIds: [diary.id] })).to.deep.equal([]);
    const createdAfter = new Date('2025-01-01');
    expect(await filtered({ createdAfter })).to.have.members(['word two', 'word three']);
    expect(await filtered({ createdAfter, createdBefore: new Date('2026-01-01') })).to.deep.equal(['word two']);
  });

  it('holds a quoted phrase for a condition, whatever its case and line breaks', async () => {
    await store('It timed out twice', 'out of time, it timed nothing', 'the TIMED\nOUT request', 'a mistimed outing');
    expect(await contentsOf('"timed out"')).to.have.members(['It timed out twice', 'the TIMED\nOUT request']);
    expect(await contentsOf('request -"timed out"')).to.deep.equal([]);
    await store('failed with ERR_CONN_REFUSED');
    expect(await contentsOf('"conn_refused"')).to.deep.equal(['failed with ERR_CONN_REFUSED']);
  });

  it('leaves out what has an excluded word, and only that', async () => {
    await store('apple pie', 'apple cake', 'apple foo bar', 'apple foo_bar');
    expect(await contentsOf('apple -pie -foo_bar')).to.have.members(['apple cake', 'apple foo bar']);
  });

  it('matches a phrase of stop words, and says that nothing could rank', async () => {
    await store('to be or not to be', 'something else');
    const { hits, explain } = await search('"to be or not"', { explain: true });
    expect(hits.map(({ entry }) => entry.content)).to.deep.equal(['to be or not to be']);
    expect(explain?.fallback).to.equal('recent');
  });

  for (const text of ['', '   ', 'the of and', '!!! ??? ...', '"', '-', '--', '""', '-""']) {
    it(`answers ${JSON.stringify(text)} with the newest entries and says so`, async () => {
      await store({ content: 'older', createdAt: new Date('2024-01-01') }, { content: 'newer', importance: 1 });
      const { hits, explain } = await search(text, { explain: true });
      expect(hits.map(({ entry }) => entry.content)).to.deep.equal(['newer', 'older']);
      expect(explain).to.include({ fallback: 'recent' });
    });
  }

  const ODD = [
    'a & b | !c <-> d:* (',
    `it's \\ "unbalanced 'quotes`,
    '😀'.repeat(50_000),
    'word '.repeat(20_000),
    'x'.repeat(100_000),
    '汉字'.repeat(30_000),
    '\0\u0001 \ud800 word',
    Array.from({ length: 20 }, (_, i) => `"phrase ${i}" -gone${i} -"not ${i}"`).join(' '),
    '%_$1 ?? :name \\? ::text',
  ];
  for (const text of ODD) {
    it(`takes ${JSON.stringify(text.slice(0, 40))} (${text.length} long) without an error`, async () => {
      await store('word');
      expect((await search(text, { explain: true })).hits.length).to.be.at.most(1);
    });
  }

  it('explains each hit by its parts', async () => {
    await store({ title: 'Kiwi', content: 'fruit basket', tags: ['green fruit'] });
    const { hits, explain } = await search('kiwi fruit "fruit basket" -banana', { explain: true });
    expect(hits[0]?.explain).to.deep.include({
      vector: null,
      matched: { title: ['kiwi'], tags: ['fruit'], content: ['basket', 'fruit'] },
      fused: 1,
    });
    expect(hits[0]?.explain?.lexical).to.include({ rank: 1 });
    expect(explain).to.deep.include({ phrases: ['fruit basket'], excluded: ['banana'], scopeEntries: 1, vector: null });
    expect((await search('kiwi')).hits[0]).to.not.have.property('explain');
  });

  it('lets recency and importance decide between equals, and not more', async () => {
    await store(
      { content: 'old lamp', importance: 1, createdAt: new Date('2020-01-01') },
      { content: 'new lamp', importance: 10 },
    );
    expect((await contentsOf('lamp'))[0]).to.equal('new lamp');
    await store({ content: 'a rug', importance: 1, createdAt: new Date('2020-01-01') });
    expect((await contentsOf('rug'))[0]).to.equal('a rug');
    const plain = await search('lamp', { boosts: { recency: false, importance: false }, explain: true });
    expect(plain.hits.map(({ explain }) => explain?.recencyBoost)).to.deep.equal([1, 1]);
  });

  it('cuts the answer to the token budget and says how many were left out', async () => {
    await store('melon', `melon ${Array.from({ length: 400 }, (_, i) => `word${i}`).join(' ')}`, 'melon seed');
    const { hits, tokens, omitted } = await search('melon', { tokenBudget: 200 });
    expect(hits).to.have.length(2);
    expect(tokens).to.be.at.most(200);
    expect(omitted).to.equal(1);
    expect((await search('melon', { tokenBudget: 1 })).hits).to.have.length(1);
  });

  it('gives at most the limit', async () => {
    await store(...Array.from({ length: 20 }, (_, i) => `pear ${i}`));
    expect((await search('pear')).hits).to.have.length(10);
    expect((await search('pear', { limit: 3 })).hits).to.have.length(3);
  });

  it('finds the same whether or not the index has taken in what was written', async () => {
    await store('quince tree', 'quince jam');
    const before = await contentsOf('quince');
    expect(await settleSearchIndex(db)).to.be.greaterThan(0);
    expect(await settleSearchIndex(db)).to.equal(0);
    expect(await contentsOf('quince')).to.deep.equal(before);
  });

  it('finds an erased entry no more', async () => {
    const [id] = await store('secret plan');
    await db('entries')
      .where({ id })
      .update({
        ...{ title: null, content: null, tags: null, salt: null, text_hash: null, request_hash: null },
        erased_at: db.fn.now(),
      });
    expect((await search('secret plan')).hits).to.deep.equal([]);
    expect((await search('')).hits).to.deep.equal([]);
  });

  describe('in a diary too large to read every posting', () => {
    const COUNT = 2_500;

    beforeEach(async () => {
      const entries = Array.from({ length: COUNT }, (_, i) => `common ${i % 2 ? 'odd' : 'even'} filler${i}`);
      await store(...entries, 'common needle', 'odd even common together');
    });

    it('finds the rare word, exactly, and estimates the common ones', async () => {
      const { hits, explain } = await search('common needle', { explain: true });
      expect(hits[0]?.entry.content).to.equal('common needle');
      const [common, needle] = explain?.lexemes ?? [];
      expect(needle).to.include({ lexeme: 'needl', entries: 1, estimated: false });
      expect(common?.estimated).to.equal(true);
      expect(common?.entries).to.be.closeTo(COUNT, 0.1 * COUNT);
      expect(explain?.lexical.cut).to.equal(true);
    });

    it('finds the entry with several common words before those with one', async () => {
      expect((await contentsOf('odd even'))[0]).to.equal('odd even common together');
    });

    it('ranks within a narrow filter though the word is common', async () => {
      await store({ content: 'common ground', tags: ['special'] });
      expect(await contentsOf('common', { filters: { tags: { all: ['special'] } } })).to.deep.equal(['common ground']);
    });
  });
});
