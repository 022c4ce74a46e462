import type { Db } from '../src/db/database.js';
import { registerModel } from '../src/db/embeddings/models.js';
import { searchEntries } from '../src/db/search/searchEntries.js';
import { embedLexically } from '../src/rules/lexicalEmbedder.js';
import { passageText } from '../src/rules/passageText.js';
import { insertDiary, insertEntries, insertVectors, type TestDiary } from '../test/support/entries.js';
import { DOCUMENTS, QUERIES, SYNONYMS, type LabelledQuery } from './data/retrieval.js';

export interface Quality {
  ranker: string;
  style: string;
  queries: number;
  recallAt5: number;
  recallAt10: number;
  mrr: number;
  ndcgAt10: number;
}

/** What a ranker answers: keys of documents, best first. */
type Ranker = (query: LabelledQuery) => Promise<string[]>;

/** Ranks the labelled set by a baseline, by each channel and by both, and measures each. */
export async function measureRetrieval(db: Db): Promise<Quality[]> {
  const diary = await insertDiary(db);
  const ids = await insertEntries(
    db,
    diary,
    DOCUMENTS.map(({ key: _, ...entry }) => entry),
  );
  const keys = new Map(ids.map((id, i) => [id, DOCUMENTS[i]?.key ?? '']));
  const lexicalModel = await storeVectors(db, diary, ids, 'built-in lexical', (text) => text);
  const synonymModel = await storeVectors(db, diary, ids, 'with synonyms', canonical);

  const search = async (
    query: LabelledQuery,
    more: { modelId?: number; queryVector?: Float32Array; text?: string },
  ) => {
    const boosts = { recency: false, importance: false };
    const { hits } = await searchEntries(db, { diaryIds: [diary.id], text: query.text, limit: 20, boosts, ...more });
    return hits.map(({ entry }) => keys.get(entry.id) ?? '');
  };
  const synonyms = (query: LabelledQuery) => ({
    modelId: synonymModel,
    queryVector: embedLexically(canonical(query.text)).vector,
  });
  const rankers: [string, Ranker][] = [
    ['ts_rank, OR', async (query) => (await rankByTsRank(db, diary, query)).map((id) => keys.get(id) ?? '')],
    ['words', (query) => search(query, {})],
    [
      'built-in vectors',
      (query) => search(query, { modelId: lexicalModel, queryVector: embedLexically(query.text).vector, text: '' }),
    ],
    [
      'words + built-in',
      (query) => search(query, { modelId: lexicalModel, queryVector: embedLexically(query.text).vector }),
    ],
    ['synonym vectors', (query) => search(query, { ...synonyms(query), text: '' })],
    ['words + synonym', (query) => search(query, synonyms(query))],
  ];
  const results: Quality[] = [];
  for (const [name, ranker] of rankers) results.push(...(await measure(name, ranker)));
  return results;
}

async function storeVectors(db: Db, diary: TestDiary, ids: string[], name: string, prepare: (text: string) => string) {
  const model = await registerModel(db, { fingerprint: name, name, revision: '1', dtype: 'fp32', semantic: false });
  const vectors = DOCUMENTS.map((document, i) => ({
    entryId: ids[i] ?? '',
    vector: embedLexically(prepare(passageText(document))).vector,
  }));
  await insertVectors(db, diary, model.id, vectors);
  return model.id;
}

const FIRST_OF_LINE = new Map(SYNONYMS.flatMap(([first = '', ...others]) => others.map((other) => [other, first])));

const canonical = (text: string): string =>
  text.toLowerCase().replaceAll(/[a-z-]+/g, (word) => FIRST_OF_LINE.get(word) ?? word);

/** What Postgres offers by itself: any of the words, ranked by ts_rank. */
async function rankByTsRank(db: Db, diary: TestDiary, query: LabelledQuery): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `select e.id
       from entries e,
            to_tsvector('english', e.title || ' ' || array_to_string(e.tags, ' ') || ' ' || e.content) text,
            cast(array_to_string(array(select quote_literal(lexeme)
                   from unnest(tsvector_to_array(to_tsvector('english', :query))) lexeme), ' | ') as tsquery) query
      where e.diary_id = :diary and text @@ query order by ts_rank(text, query) desc, e.id limit 20`,
    { query: query.text, diary: diary.id },
  );
  return rows.map(({ id }) => id);
}

async function measure(ranker: string, rank: Ranker): Promise<Quality[]> {
  const scored: Omit<Quality, 'ranker' | 'queries'>[] = [];
  for (const query of QUERIES) scored.push({ style: query.style, ...scoreRanking(await rank(query), query.relevant) });
  const styles = [...new Set(scored.map(({ style }) => style)), 'all'];
  return styles.map((style) => {
    const some = scored.filter((score) => style === 'all' || score.style === style);
    const mean = (pick: (score: (typeof some)[number]) => number) =>
      some.reduce((sum, s) => sum + pick(s), 0) / some.length;
    return {
      ranker,
      style,
      queries: some.length,
      recallAt5: mean((s) => s.recallAt5),
      recallAt10: mean((s) => s.recallAt10),
      mrr: mean((s) => s.mrr),
      ndcgAt10: mean((s) => s.ndcgAt10),
    };
  });
}

function scoreRanking(ranked: string[], relevant: string[]) {
  const recallAt = (k: number) => ranked.slice(0, k).filter((key) => relevant.includes(key)).length / relevant.length;
  const first = ranked.findIndex((key) => relevant.includes(key));
  const gain = (i: number) => 1 / Math.log2(i + 2);
  const dcg = ranked.slice(0, 10).reduce((sum, key, i) => sum + (relevant.includes(key) ? gain(i) : 0), 0);
  const ideal = relevant.slice(0, 10).reduce((sum, _, i) => sum + gain(i), 0);
  return {
    recallAt5: recallAt(5),
    recallAt10: recallAt(10),
    mrr: first < 0 ? 0 : 1 / (first + 1),
    ndcgAt10: dcg / ideal,
  };
}
