import { boostsOf } from '../../rules/boostScore.js';
import { dropCoveredLexemes } from '../../rules/dropCoveredLexemes.js';
import { fitBudget } from '../../rules/fitBudget.js';
import { fuseRankings, type Fused } from '../../rules/fuseRankings.js';
import { parseSearchQuery, type ParsedQuery } from '../../rules/parseSearchQuery.js';
import type { Db } from '../database.js';
import { rankLexically, type LexicalRanking } from './lexicalChannel.js';
import { listUnembedded } from './listUnembedded.js';
import { listRecent, loadHits, readBoostInputs, type BoostedHit } from './loadHits.js';
import { readScopeStatistics, type ScopeStatistics } from './scopeStatistics.js';
import { describeScope, readQueryLexemes, type SearchScope } from './searchScope.js';
import type { ScopedRequest, SearchExplanation, SearchRequest, SearchResult } from './searchTypes.js';
import { rankByVector, type VectorRanking } from './vectorChannel.js';

const DEFAULT_LIMIT = 10;

/**
 * Entries of the given diaries in order of relevance: lexical and vector rankings, fused, with bounded boosts, cut to the
 * limit and the token budget. Nothing outside the diaries and filters is ranked, counted or used in a statistic.
 * Promises an answer for every text. All statements of one search see one snapshot.
 */
export async function searchEntries(db: Db, { diaryIds, ...rest }: ScopedRequest): Promise<SearchResult> {
  const parsed = parseSearchQuery(rest.text);
  const search = async (trx: Db) => {
    const scope = typeof diaryIds === 'function' ? await diaryIds(trx) : diaryIds;
    return searchIn(trx, { ...rest, diaryIds: scope }, parsed);
  };
  return db.transaction(search, { isolationLevel: 'repeatable read', readOnly: true });
}

interface Ranking {
  statistics: ScopeStatistics;
  lexical: LexicalRanking;
  vector: VectorRanking | null;
  fallback: 'recent' | null;
  ordered: Fused[];
}

async function searchIn(trx: Db, request: SearchRequest, parsed: ParsedQuery): Promise<SearchResult> {
  // Compiling a plan or starting workers takes longer than these statements do.
  await trx.raw(`select set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`);
  const lexemes = await readQueryLexemes(trx, parsed);
  const scope = describeScope(request, parsed, lexemes);
  const words = dropCoveredLexemes(lexemes.text);
  const ranking = await rank(trx, request, scope, words);
  const best = (await boost(trx, request, ranking)).slice(0, request.limit ?? DEFAULT_LIMIT);
  const hits = await loadHits(trx, best, request.explain ? words : undefined);
  const { fitting, tokens } = fitBudget(hits, request.tokenBudget);
  const explain = request.explain ? { explain: explainSearch(parsed, ranking) } : {};
  return { hits: fitting, tokens, omitted: hits.length - fitting.length, ...explain };
}

/** Depth matters: an entry that is 40th in both may belong among the first ten. */
const depthOf = (request: SearchRequest): number => Math.max(50, 5 * (request.limit ?? DEFAULT_LIMIT));

async function rank(trx: Db, request: SearchRequest, scope: SearchScope, lexemes: string[]): Promise<Ranking> {
  const depth = depthOf(request);
  const { queryVector, modelId, weights = {} } = request;
  const words = weights.lexical === 0 ? [] : lexemes;
  const statistics = await readScopeStatistics(trx, scope, words);
  const lexical = await rankLexically(trx, scope, statistics, words, depth);
  const query =
    queryVector && modelId !== undefined && weights.vector !== 0 ? { modelId, vector: queryVector } : undefined;
  const vector = query ? await rankByVector(trx, scope, query, statistics, depth) : null;
  if (words.length === 0 && !vector) {
    return { statistics, lexical, vector, fallback: 'recent', ordered: await listRecent(trx, scope, depth) };
  }
  const ids = lexical.ranked.map(({ id }) => id);
  const unembedded = query ? await listUnembedded(trx, query.modelId, ids) : new Set<string>();
  const ordered = fuseRankings({ lexical: lexical.ranked, vector: vector?.ranked ?? [], weights, unembedded });
  return { statistics, lexical, vector, fallback: null, ordered };
}

/** The newest-first answer of the fallback keeps its order: there is no relevance to weigh against. */
async function boost(trx: Db, request: SearchRequest, { ordered, fallback }: Ranking): Promise<BoostedHit[]> {
  const use = {
    recency: !fallback && (request.boosts?.recency ?? true),
    importance: !fallback && (request.boosts?.importance ?? true),
  };
  const now = request.now ?? new Date();
  const considered = ordered.slice(0, depthOf(request));
  const known = await readBoostInputs(
    trx,
    considered.map(({ id }) => id),
  );
  return considered
    .flatMap((ranked) => {
      const input = known.get(ranked.id);
      if (!input) return [];
      const boosts = boostsOf(input, now, use);
      return [{ ranked, boosts, score: ranked.fused * boosts.recency * boosts.importance }];
    })
    .sort((a, b) => b.score - a.score || (a.ranked.id < b.ranked.id ? -1 : 1));
}

function explainSearch(parsed: ParsedQuery, { statistics, lexical, vector, fallback }: Ranking): SearchExplanation {
  return {
    lexemes: lexical.lexemes,
    phrases: parsed.phrases,
    excluded: [...parsed.excludedTerms, ...parsed.excludedPhrases],
    queryTruncated: parsed.truncated,
    scopeEntries: statistics.diaryEntries,
    scopeEntriesEstimated: statistics.estimated,
    lexical: { candidates: lexical.candidates, cut: lexical.cut },
    vector: vector && { plan: vector.plan, reason: vector.reason, candidates: vector.candidates, cut: vector.cut },
    fallback,
  };
}
