import { expect } from 'chai';
import { makeCorpus, seededRandom, type Corpus } from '../../../bench/corpus.js';
import type { Db } from '../../../src/db/database.js';
import { registerModel } from '../../../src/db/embeddings/models.js';
import { searchEntries } from '../../../src/db/search/searchEntries.js';
import type { SearchRequest } from '../../../src/db/search/searchTypes.js';
import { createVectorIndex, findVectorIndex, listModelsToIndex } from '../../../src/db/search/vectorIndex.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { insertDiary, insertEntries, insertVectors, type EntryParts, type TestDiary } from '../../support/entries.js';

describe('Searching entries by vectors', () => {
  const corpus: Corpus = makeCorpus(5);
  let database: FreshDatabase;
  let db: Db;
  let diary: TestDiary;
  let modelId: number;

  before(async () => {
    database = await freshDatabase();
    db = database.db;
  });
  after(() => database.drop());
  beforeEach(async () => {
    diary = await insertDiary(db);
    const fingerprint = `model of ${diary.id}`;
    modelId = (await registerModel(db, { fingerprint, name: 'm', revision: '1', dtype: 'fp32', semantic: true })).id;
  });

  /** Entries `from` to `to` of the corpus, with their vectors. */
  async function store(from: number, to: number, parts: (index: number) => EntryParts = () => ({})): Promise<string[]> {
    const entries = Array.from({ length: to - from }, (_, i) => ({ ...corpus.entryOf(from + i), ...parts(from + i) }));
    const ids = await insertEntries(
      db,
      diary,
      entries.map(({ id: _, ...entry }) => entry),
    );
    await insertVectors(
      db,
      diary,
      modelId,
      ids.map((entryId, i) => ({ entryId, vector: vectorOf(from + i) })),
    );
    return ids;
  }

  const vectorOf = (index: number) => corpus.entryOf(index).vector;
  const search = (index: number, more: Partial<SearchRequest> = {}) =>
    searchEntries(db, {
      diaryIds: [diary.id],
      text: '',
      queryVector: vectorOf(index),
      modelId,
      explain: true,
      ...more,
    });

  it('finds the nearest first, exactly, while entries are few', async () => {
    const ids = await store(0, 60);
    const { hits, explain } = await search(7, { boosts: { recency: false, importance: false } });
    expect(hits[0]?.entry.id).to.equal(ids[7]);
    expect(hits[0]?.explain?.vector?.similarity).to.be.closeTo(1, 1e-5);
    const similarities = hits.map(({ explain: parts }) => parts?.vector?.similarity ?? 0);
    expect(similarities).to.deep.equal([...similarities].sort((a, b) => b - a));
    expect(explain?.vector).to.include({ plan: 'exact', candidates: 50 });
    expect(explain?.fallback).to.equal(null);
  });

  it('never sees vectors of another model or diary', async () => {
    const [own] = await store(0, 1);
    const [mine, model] = [diary, modelId];
    diary = await insertDiary(db);
    await store(1, 2);
    diary = mine;
    modelId = (
      await registerModel(db, {
        fingerprint: `other ${mine.id}`,
        name: 'o',
        revision: '1',
        dtype: 'q8',
        semantic: true,
      })
    ).id;
    await store(2, 3);
    modelId = model;
    expect((await search(1)).hits.map(({ entry }) => entry.id)).to.deep.equal([own]);
  });

  it('fuses both channels: what is found by words and by vector comes first', async () => {
    const [byVector, byBoth, byWords] = await store(0, 3, (index) => ({
      title: '',
      content: ['silent', 'the tugboat returned', 'a tugboat'][index] ?? '',
    }));
    const { hits } = await search(1, { text: 'tugboat' });
    expect(hits[0]?.entry.id).to.equal(byBoth);
    expect(hits.map(({ entry }) => entry.id)).to.have.members([byVector, byBoth, byWords]);
    expect(hits[0]?.explain).to.have.nested.property('lexical.rank');
    expect(hits.find(({ entry }) => entry.id === byVector)?.explain?.lexical).to.equal(null);
  });

  it('leaves out the channel that counts nothing', async () => {
    await store(0, 2, (index) => ({ title: '', content: ['near', 'ketchup'][index] ?? '' }));
    const only = async (weights: SearchRequest['weights']) =>
      (await search(0, { text: 'ketchup', ...(weights && { weights }) })).hits[0]?.explain;
    expect((await only({ lexical: 0 }))?.lexical).to.equal(null);
    expect((await only({ vector: 0 }))?.vector).to.equal(null);
  });

  it('holds both channels to phrases, exclusions, filters and supersession', async () => {
    const [first, second, third] = await store(0, 3, (index) => ({
      title: '',
      content: ['red fox', 'grey fox', 'red hen'][index] ?? '',
      tags: index === 1 ? ['zoo'] : [],
    }));
    const found = async (text: string, more: Partial<SearchRequest> = {}) =>
      (await search(0, { text, ...more })).hits.map(({ entry }) => entry.id);
    expect(await found('"red fox"')).to.deep.equal([first]);
    expect(await found('animal -fox')).to.deep.equal([third]);
    expect(await found('animal', { filters: { tags: { all: ['zoo'] } } })).to.deep.equal([second]);
    await db('entries').where('id', first).update({ superseded_by: third });
    expect(await found('animal')).to.have.members([second, third]);
  });

  it('looks behind superseded entries that are nearer', async () => {
    const ids = await store(0, 220);
    await db('entries').whereIn('id', ids.slice(0, 210)).update({ superseded_by: ids[219] });
    expect((await search(0)).hits).to.have.length(10);
  });

  it('takes an entry for as near as its nearest chunk, and gives it once', async () => {
    const [id = ''] = await store(0, 1);
    await db('entry_embeddings').insert({
      ...{ model_id: modelId, entry_id: id, diary_id: diary.id, chunk: 1, text_hash: '' },
      embedding: `[${vectorOf(1).join(',')}]`,
    });
    const { hits } = await search(1);
    expect(hits).to.have.length(1);
    expect(hits[0]?.explain?.vector?.similarity).to.be.closeTo(1, 1e-5);
  });

  describe('where they are many', function () {
    this.timeout(120_000);
    const COUNT = 4_500;

    it('uses an index once there is one, with nearly the exact result, and falls back where a filter is narrow', async () => {
      const ids = await store(0, COUNT, (index) => ({ content: 'short', tags: index % 100 === 0 ? ['rare'] : [] }));
      const random = seededRandom(3);
      const queries = Array.from({ length: 20 }, () => corpus.queryNear(Math.floor(random() * COUNT), random).vector);
      const all = () => Promise.all(queries.map((queryVector) => search(0, { queryVector, limit: 10 })));
      const exact = await all();
      expect(exact[0]?.explain?.vector).to.include({ plan: 'exact', reason: 'the model has no index yet' });

      expect(await listModelsToIndex(db, 4_000)).to.deep.equal([modelId]);
      expect(await createVectorIndex(database.url, modelId)).to.equal('applied');
      expect(await createVectorIndex(database.url, modelId)).to.equal('already');
      expect(await listModelsToIndex(db, 4_000)).to.deep.equal([]);
      await db.raw('analyze entry_embeddings');
      const indexed = await all();
      expect(indexed[0]?.explain?.vector).to.include({ plan: 'hnsw' });
      const idsOf = (result: (typeof exact)[number] | undefined) => result?.hits.map(({ entry }) => entry.id) ?? [];
      const kept = exact.map((result, i) => idsOf(indexed[i]).filter((id) => idsOf(result).includes(id)).length);
      expect(kept.reduce((sum, count) => sum + count, 0) / (10 * queries.length)).to.be.at.least(0.95);

      const rare = await search(1, { filters: { tags: { all: ['rare'] } }, limit: 50 });
      expect(rare.explain?.vector).to.include({ plan: 'exact', reason: '45 entries are few' });
      expect(rare.hits).to.have.length(45);
      expect(rare.hits.every(({ entry }) => ids.indexOf(entry.id) % 100 === 0)).to.equal(true);
    });

    it('builds an index anew that was left unfinished', async () => {
      await store(0, 10);
      expect(await createVectorIndex(database.url, modelId)).to.equal('applied');
      await db.raw(`update pg_index set indisvalid = false where indexrelid = to_regclass(?)`, [
        `entry_embeddings_${modelId}_hnsw`,
      ]);
      expect(await findVectorIndex(db, modelId)).to.equal(undefined);
      expect(await createVectorIndex(database.url, modelId)).to.equal('applied');
      expect(await findVectorIndex(db, modelId)).to.not.equal(undefined);
    });
  });
});
