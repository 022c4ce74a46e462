import type { Db } from '../database.js';
import type { SearchScope } from './searchScope.js';
import { quoteLexeme } from './searchScope.js';

/** What a ranking must know of the scope. Exact in small scopes, estimated in large ones. */
export interface ScopeStatistics {
  /** Entries in the diaries, whatever the filters. */
  diaryEntries: number;
  estimated: boolean;
  averageTokens: number;
  /** Share of them that the filters let through; 1 where it was not measured. */
  passing: number;
  /** Expected entries per lexeme among those; undefined where it was not measured. */
  expected: Map<string, number> | undefined;
}

/** An index-only count of 5,000 takes 0.4 ms; above, the planner's estimate does: only the logarithm matters. */
const COUNTED = 5_000;
/** Below this number of entries every posting is read, and nothing need be estimated beforehand. */
const SAMPLED_FROM = 1_000;
const SAMPLE = 128;

export async function readScopeStatistics(db: Db, scope: SearchScope, lexemes: string[]): Promise<ScopeStatistics> {
  const counted = await countEntries(db, scope.diaryIds);
  if (counted.diaryEntries < SAMPLED_FROM || lexemes.length === 0)
    return { ...counted, passing: 1, expected: undefined };
  return { ...counted, ...(await sampleEntries(db, scope, lexemes, counted.diaryEntries)) };
}

async function countEntries(db: Db, diaryIds: string[]) {
  const { rows } = await db.raw<{ rows: { entries: number; tokens: number | null }[] }>(
    `select count(*)::int as entries, avg(tokens)::float8 as tokens
       from (select tokens from entry_search where diary_id = any(cast(:diaryIds as uuid[])) limit :most) counted`,
    { diaryIds, most: COUNTED + 1 },
  );
  const entries = rows[0]?.entries ?? 0;
  const estimated = entries > COUNTED;
  const diaryEntries = estimated ? Math.max(entries, await estimateEntries(db, diaryIds)) : entries;
  return { diaryEntries, estimated, averageTokens: Math.max(1, rows[0]?.tokens ?? 1) };
}

async function estimateEntries(db: Db, diaryIds: string[]): Promise<number> {
  const { rows } = await db.raw<{ rows: { 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }[] }>(
    'explain (format json) select from entry_search where diary_id = any(cast(:diaryIds as uuid[]))',
    { diaryIds },
  );
  return rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
}

/**
 * Ids are hashes or random, so the first ones of a diary are a fair sample of it. A lexeme that few entries have is
 * often not in it at all, which is what it is for: the rare ones are worth counting exactly, the others need not be.
 */
async function sampleEntries(db: Db, scope: SearchScope, lexemes: string[], diaryEntries: number) {
  const { rows } = await db.raw<{ rows: { sampled: number; passing: number; found: number[] }[] }>(
    `with sample as materialized (
       select s.lexemes, (${scope.condition.sql}) as passes
         from unnest(cast(:some as uuid[])) diary (id)
         cross join lateral (select * from entry_search where diary_id = diary.id order by entry_id limit :each) s
         ${scope.readsEntries ? 'join entries e on e.id = s.entry_id' : ''}
     )
     select (select count(*)::int from sample) as sampled,
            (select count(*)::int from sample where passes) as passing,
            array(select (select count(*)::int from sample where passes and lexemes @@ query)
                    from unnest(cast(:queries as tsquery[])) with ordinality queries (query, n) order by n) as found`,
    {
      ...scope.condition.values,
      some: scope.diaryIds.slice(0, SAMPLE),
      each: Math.ceil(SAMPLE / scope.diaryIds.length),
      queries: lexemes.map(quoteLexeme),
    },
  );
  const { sampled = 1, passing = 1, found = [] } = rows[0] ?? {};
  const each = diaryEntries / Math.max(1, sampled);
  return {
    passing: passing / Math.max(1, sampled),
    expected: new Map(lexemes.map((lexeme, i) => [lexeme, (found[i] ?? 0) * each])),
  };
}
