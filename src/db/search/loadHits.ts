import type { BoostInput, Boosts } from '../../rules/boostScore.js';
import type { Fused } from '../../rules/fuseRankings.js';
import type { Db } from '../database.js';
import { selectEntries } from '../entries/entry.js';
import type { SearchScope } from './searchScope.js';
import type { HitExplanation, SearchHit } from './searchTypes.js';

/** A candidate with what moves it, before its entry is read. */
export interface BoostedHit {
  ranked: Fused;
  boosts: Boosts;
  score: number;
}

export async function readBoostInputs(db: Db, ids: string[]): Promise<Map<string, BoostInput>> {
  const rows = (await db('entries')
    .whereRaw('id = any(cast(? as uuid[]))', [ids])
    .select({ id: 'id', createdAt: 'created_at', importance: 'importance' })) as (BoostInput & { id: string })[];
  return new Map(rows.map(({ id, ...input }) => [id, input]));
}

const NO_MATCHES = { title: [], tags: [], content: [] };

/** The entries of a ranking, in its order; explained if the query's words are given. */
export async function loadHits(db: Db, best: BoostedHit[], words: string[] | undefined): Promise<SearchHit[]> {
  const ids = best.map(({ ranked }) => ranked.id);
  const entries = await selectEntries(db).whereRaw('e.id = any(cast(? as uuid[]))', [ids]);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const matched = words ? await findMatches(db, ids, words) : undefined;
  return best.flatMap(({ ranked, boosts, score }) => {
    const entry = byId.get(ranked.id);
    if (!entry) return [];
    if (!matched) return [{ entry, score }];
    const { lexical, vector, fused } = ranked;
    const parts = { lexical, vector, fused, recencyBoost: boosts.recency, importanceBoost: boosts.importance };
    return [{ entry, score, explain: { ...parts, matched: matched.get(ranked.id) ?? NO_MATCHES } }];
  });
}

async function findMatches(db: Db, ids: string[], words: string[]): Promise<Map<string, HitExplanation['matched']>> {
  const of = (test: string) => `coalesce(array_agg(lexeme order by lexeme) filter (where ${test}), '{}')`;
  const { rows } = await db.raw<{ rows: (HitExplanation['matched'] & { id: string })[] }>(
    `select entry_id as id, ${of(`'A' = any(weights)`)} as title, ${of(`'B' = any(weights)`)} as tags,
            ${of(`coalesce('D' = any(weights), true)`)} as content
       from entry_search s cross join lateral unnest(s.lexemes) l (lexeme, positions, weights)
      where entry_id = any(cast(:ids as uuid[])) and lexeme = any(cast(:words as text[]))
      group by entry_id`,
    { ids, words },
  );
  return new Map(rows.map(({ id, ...matched }) => [id, matched]));
}

/** The newest entries of the scope: what a query that cannot rank is answered with. */
export async function listRecent(db: Db, scope: SearchScope, limit: number): Promise<Fused[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `select e.id from entries e join entry_search s on s.entry_id = e.id
      where e.diary_id = any(cast(:diaryIds as uuid[])) and ${scope.condition.sql}
      order by e.created_at desc, e.id desc limit :limit`,
    { ...scope.condition.values, diaryIds: scope.diaryIds, limit },
  );
  return rows.map(({ id }, i) => ({ id, fused: 1 / (i + 1), lexical: null, vector: null }));
}
