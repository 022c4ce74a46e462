import type { Db } from '../database.js';
import { MAX_POSTINGS, planPostings, type PostingsPlan } from '../../rules/planPostings.js';
import type { ScopeStatistics } from './scopeStatistics.js';
import { keysIn, KEYS, quoteLexeme, requiredSql, requiredValues, type SearchScope } from './searchScope.js';

export interface LexicalRanking {
  ranked: { id: string; score: number }[];
  lexemes: LexemeWeight[];
  candidates: number;
  /** Not every entry with one of the words was looked at. */
  cut: boolean;
}

export interface LexemeWeight {
  lexeme: string;
  entries: number;
  estimated: boolean;
  idf: number;
}

/** Frequencies looked up for the full score of the best candidates, at about 1.5 microseconds each. */
const LOOKUPS = 1_200;
/** Diaries whose keys are looked for in one scan. */
const CHUNK = 64;
/** Entries read for a pair of lexemes. */
const PAIR_POSTINGS = 500;

const NOTHING_RANKED: LexicalRanking = { ranked: [], lexemes: [], candidates: 0, cut: false };

/**
 * Ranks the scope's entries by BM25 (k1 1.2, b 0.75; Robertson's idf, kept positive) over lexemes, with the statistics of
 * what is searched and of nothing else. Of the entries in the postings read, those whose lexemes weigh most are scored.
 */
export async function rankLexically(
  db: Db,
  scope: SearchScope,
  statistics: ScopeStatistics,
  lexemes: string[],
  depth: number,
): Promise<LexicalRanking> {
  if (lexemes.length === 0 || statistics.diaryEntries === 0) return NOTHING_RANKED;
  const plan = planPostings(lexemes, statistics.expected);
  const { rows } = await db.raw<{ rows: RankingRow[] }>(rankingSql(scope), {
    ...scope.condition.values,
    ...requiredValues(scope),
    diaryIds: scope.diaryIds,
    lexemes,
    queries: lexemes.map(quoteLexeme),
    expected: lexemes.map((lexeme) => statistics.expected?.get(lexeme) ?? 0),
    single: plan.single,
    firsts: plan.pairs.map(([first]) => first),
    seconds: plan.pairs.map(([, second]) => second),
    entries: statistics.diaryEntries * statistics.passing,
    averageTokens: statistics.averageTokens,
    postings: MAX_POSTINGS,
    pairPostings: PAIR_POSTINGS,
    scored: scoredOf(lexemes),
    depth,
  });
  return describeRanking(rows[0], plan, lexemes);
}

const scoredOf = (lexemes: string[]): number => Math.min(800, Math.max(100, Math.ceil(LOOKUPS / lexemes.length)));

interface RankingRow {
  ranked: { id: string; score: number }[];
  lexemes: { lexeme: string; found: number | null; entries: number; idf: number }[];
  candidates: number;
}

function describeRanking(row: RankingRow | undefined, plan: PostingsPlan, lexemes: string[]): LexicalRanking {
  if (!row) return NOTHING_RANKED;
  const isFull = (found: number | null) => found === null || found >= MAX_POSTINGS;
  return {
    ranked: row.ranked,
    lexemes: row.lexemes.map(({ lexeme, found, entries, idf }) => ({ lexeme, entries, estimated: isFull(found), idf })),
    candidates: row.candidates,
    cut:
      plan.single.length < lexemes.length ||
      row.candidates > scoredOf(lexemes) ||
      row.lexemes.some(({ found }) => isFull(found)),
  };
}

/** Robertson's idf, kept positive. */
const IDF = `ln(1 + (greatest(0, cast(:entries as float8) - entries) + 0.5) / (entries + 0.5))`;

/** The contribution of a lexeme with this frequency: k1 = 1.2, b = 0.75. */
const bm25 = (frequency: string): string =>
  `idf * 2.2 * (${frequency}) / (${frequency} + 1.2 * (0.25 + 0.75 * tokens / cast(:averageTokens as float8)))`;

/**
 * The term frequency, out of `ts_rank`, which costs 1.5 microseconds where unnesting the vector costs 50. For one lexeme it
 * is, over pi²/6, the weight of the heaviest occurrence and 1/4, 1/9, … of the weights of the others: `heaviest` therefore
 * tells a title (1) from a tag (0.7) from content (0.4), and the rest is close to 1.645 - 1/(tf + 1/2) times 0.4. An
 * occurrence in the title counts as two more, one in the tags as one more.
 */
const RANK = `1.6449341 * ts_rank('{0.4,0.4,0.7,1}', text.lexemes, weights.query)`;
const HEAVIEST = `case when rank > 0.999 then 1 when rank > 0.699 then 0.7 else 0.4 end`;
const FREQUENCY = `greatest(1, 1 / (0.6449342 - least(0.6449341, (rank - heaviest) / 0.4)) - 0.5)
                   + case heaviest when 1 then 2 when 0.7 then 1 else 0 end`;

/** Entries of the scope that meet a condition on their keys, up to a number: what is in one list of postings. */
function postingsSql(scope: SearchScope, condition: string, limit = ':postings'): string {
  const required = scope.required.length > 0 ? `and ${requiredSql(scope, 'chunk.diaries')}` : '';
  // "is true" keeps the planner from adding the index of diaries: the keys are of these diaries already.
  return `
    select s.entry_id, s.tokens from entry_search s ${scope.readsEntries ? 'join entries e on e.id = s.entry_id' : ''}
     where ${condition} ${required} and (s.diary_id = any(chunk.diaries)) is true
       and ${scope.condition.sql} limit ${limit}`;
}

/**
 * `words` and their lists of postings, with how many entries each lexeme has: counted where its list was read whole. An
 * index scan for many keys at once compares all of them for every entry it passes, so the diaries are taken in chunks.
 */
const gatheringSql = (scope: SearchScope): string => `
  words as materialized (
    select (n - 1)::int as n, lexeme, query, expected
      from unnest(cast(:lexemes as text[]), cast(:queries as tsquery[]), cast(:expected as float8[]))
           with ordinality words (lexeme, query, expected, n)
  ), chunks as materialized (
    select c, array_agg(diary) as diaries
      from (select diary, (i - 1) / ${CHUNK} as c
              from unnest(cast(:diaryIds as uuid[])) with ordinality diaries (diary, i)) diaries
     group by c
  ), keyed as materialized (
    select n, c, diaries, (${keysIn('array[lexeme]', 'diaries')}) as keys from words cross join chunks
  ), singles as materialized (
    select chunk.n, posting.* from unnest(cast(:single as int[])) list (n) join keyed chunk using (n)
     cross join lateral (${postingsSql(scope, `${KEYS} && chunk.keys`)}) posting
  ), pairs as materialized (
    select list.a, list.b, posting.* from unnest(cast(:firsts as int[]), cast(:seconds as int[])) list (a, b)
      join keyed chunk on chunk.n = list.a join keyed other on other.n = list.b and other.c = chunk.c
     cross join lateral (${postingsSql(scope, `${KEYS} && chunk.keys and ${KEYS} && other.keys`, ':pairPostings')}) posting
  ), counted as (
    select n, case when list.n is not null then coalesce(found, 0) end as found
      from words left join unnest(cast(:single as int[])) list (n) using (n)
      left join (select n, count(*)::int as found from singles group by n) found using (n)
  )`;

/** Postings to candidates by a BM25 that takes every frequency for 1, and the best of them scored in full. */
function rankingSql(scope: SearchScope): string {
  return `
  with ${gatheringSql(scope)}, weights as materialized (
    select *, ${IDF} as idf
      from (select words.*, found, case when found < :postings then found else greatest(expected, found) end as entries
              from words join counted using (n)) words
  ), gathered as materialized (
    select entry_id, sum(${bm25('1')}) as bound
      from (select n, entry_id, tokens from singles
             union select a, entry_id, tokens from pairs union select b, entry_id, tokens from pairs) postings
      join weights using (n) group by entry_id
  ), texts as materialized (
    select entry_id, tokens, lexemes || ''::tsvector as lexemes
      from (select entry_id from gathered order by bound desc, entry_id limit :scored) chosen
      join entry_search using (entry_id)
  ), scores as (
    select entry_id, sum(${bm25('frequency')}) as score
      from (select entry_id, tokens, idf, ${FREQUENCY} as frequency
              from (select *, ${HEAVIEST} as heaviest
                      from (select text.entry_id, text.tokens, weights.idf, ${RANK} as rank
                              from texts text cross join weights offset 0) ranks
                     where rank > 0) occurrences) frequencies
     group by entry_id order by score desc, entry_id limit :depth
  )
  select (select coalesce(json_agg(json_build_object('id', entry_id, 'score', score) order by score desc, entry_id), '[]')
            from scores) as ranked,
         (select json_agg(json_build_object('lexeme', lexeme, 'found', found, 'entries', entries, 'idf', idf) order by n)
            from weights) as lexemes,
         (select count(*)::int from gathered) as candidates`;
}
