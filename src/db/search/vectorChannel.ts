import { toSql } from 'pgvector';
import type { Db } from '../database.js';
import { chooseVectorPlan, EXACT_UP_TO } from '../../rules/chooseVectorPlan.js';
import type { ScopeStatistics } from './scopeStatistics.js';
import { requiredSql, requiredValues, type SearchScope } from './searchScope.js';
import type { VectorPlan } from './searchTypes.js';
import { findVectorIndex } from './vectorIndex.js';

export interface VectorQuery {
  modelId: number;
  vector: Float32Array;
}

export interface VectorRanking {
  ranked: { id: string; similarity: number }[];
  plan: VectorPlan;
  reason: string;
  candidates: number;
  /** The index was left before it had found `depth` entries of the scope. */
  cut: boolean;
}

/**
 * The scope's entries nearest to the vector, an entry being as near as its nearest chunk. Exact or by index, whichever
 * costs less by the counts; an index that brings too few is followed by the exact way. Runs in a transaction.
 */
export async function rankByVector(
  trx: Db,
  scope: SearchScope,
  query: VectorQuery,
  statistics: ScopeStatistics,
  depth: number,
): Promise<VectorRanking> {
  const index = await findVectorIndex(trx, query.modelId);
  const entries = await countRequired(trx, scope, statistics.diaryEntries);
  const choice = chooseVectorPlan({
    entries,
    passing: statistics.passing,
    indexed: index !== undefined,
    allVectors: index?.vectors ?? 0,
  });
  if (choice.plan === 'hnsw') {
    const ranked = await rankByIndex(trx, scope, query, depth);
    if (ranked.length >= Math.min(depth, entries)) return { ...choice, ranked, candidates: ranked.length, cut: false };
    choice.reason = `the index found ${ranked.length} of ${depth}`;
  }
  const ranked = await rankExactly(trx, scope, query, depth);
  return { plan: 'exact', reason: choice.reason, ranked, candidates: ranked.length, cut: false };
}

/** Entries that have what is required of them, or one more than the exact way is good for; all, if nothing is. */
async function countRequired(trx: Db, scope: SearchScope, diaryEntries: number): Promise<number> {
  if (scope.required.length === 0 || diaryEntries <= EXACT_UP_TO) return diaryEntries;
  const { rows } = await trx.raw<{ rows: { entries: number }[] }>(
    `select count(*)::int as entries
       from (select from entry_search s where ${requiredSql(scope, DIARIES)} limit :most) required`,
    { ...requiredValues(scope), diaryIds: scope.diaryIds, most: EXACT_UP_TO + 1 },
  );
  return rows[0]?.entries ?? 0;
}

const DIARIES = 'cast(:diaryIds as uuid[])';

interface Near {
  id: string;
  similarity: number;
}

const FROM = 'from entry_embeddings v';
const WHERE = 'where v.model_id = :modelId and v.diary_id = any(cast(:diaryIds as uuid[]))';

const joined = (scope: SearchScope): string =>
  `${FROM} join entry_search s on s.entry_id = v.entry_id ${
    scope.readsEntries ? 'join entries e on e.id = v.entry_id' : ''
  } ${WHERE} and ${scope.condition.sql}`;

/** Of few entries that have what is required, the vectors are looked up one by one. */
const required = (scope: SearchScope): string =>
  scope.required.length > 0 ? `and ${requiredSql(scope, DIARIES)}` : '';

/**
 * "+ 0" keeps an index from being used. Without filters the nearest are taken first and looked up after, because joining
 * 10,000 rows costs as much as their distances; only where superseded entries left too few is everything joined.
 */
async function rankExactly(trx: Db, scope: SearchScope, query: VectorQuery, depth: number): Promise<Near[]> {
  const distance = '(v.embedding <=> cast(:vector as vector)) + 0';
  if (!scope.filtered) {
    const some = await readNearest(
      trx,
      `select v.* from (select v.entry_id, ${distance} as distance ${FROM} ${WHERE} order by ${distance} limit :depth * 2) v
         join entry_search s on s.entry_id = v.entry_id and ${scope.condition.sql}`,
      scope,
      query,
      depth,
    );
    if (some.length >= depth) return some;
  }
  return readNearest(
    trx,
    `select v.entry_id, ${distance} as distance ${joined(scope)} ${required(scope)}`,
    scope,
    query,
    depth,
  );
}

/**
 * The scan goes on until enough rows have passed the scope's conditions, in an order that is only nearly sorted. Sorting
 * and bitmaps are made to look expensive for the rest of the transaction, because the planner would now and then read
 * all of the diary and sort it.
 */
async function rankByIndex(trx: Db, scope: SearchScope, query: VectorQuery, depth: number): Promise<Near[]> {
  await trx.raw(
    `select set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', '100', true),
            set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)`,
  );
  const distance = 'v.embedding <=> cast(:vector as vector)';
  const nearest = `select v.entry_id, ${distance} as distance ${joined(scope)} order by ${distance} limit :depth`;
  return readNearest(trx, nearest, scope, query, depth);
}

async function readNearest(trx: Db, nearest: string, scope: SearchScope, query: VectorQuery, depth: number) {
  const { rows } = await trx.raw<{ rows: Near[] }>(
    `with nearest as materialized (${nearest})
     select entry_id as id, 1 - min(distance) as similarity from nearest
      group by entry_id order by min(distance), entry_id limit :depth`,
    {
      ...scope.condition.values,
      ...requiredValues(scope),
      diaryIds: scope.diaryIds,
      modelId: query.modelId,
      vector: toSql([...query.vector]) as string,
      depth,
    },
  );
  return rows;
}
