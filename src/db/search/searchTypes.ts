import type { EntryType } from '@moltnet/protocol';
import type { Db } from '../database.js';
import type { Entry } from '../entries/entry.js';

export interface SearchFilters {
  tags?: { all?: string[]; any?: string[]; none?: string[] };
  types?: EntryType[];
  authorIds?: string[];
  createdAfter?: Date;
  createdBefore?: Date;
  signed?: boolean;
}

export interface SearchRequest {
  /** The diaries to search. The caller has checked that the agent may read each of them. */
  diaryIds: string[];
  text: string;
  /** The embedding of `parseSearchQuery(text).text` by the model `modelId`, of length 1. */
  queryVector?: Float32Array;
  modelId?: number;
  filters?: SearchFilters;
  includeSuperseded?: boolean;
  /** 1 to 100; 10 when absent. */
  limit?: number;
  explain?: boolean;
  /** At most about this many tokens of entries; the first hit is always given. */
  tokenBudget?: number;
  boosts?: { recency?: boolean; importance?: boolean };
  /** How much each channel counts, relative to the other; one that counts nothing does not run. */
  weights?: { lexical?: number; vector?: number };
  /** What recency is measured from; the present when absent. */
  now?: Date;
}

/**
 * With the scope's diaries, or with what finds them: it is asked in the search's own snapshot, so that access and entries
 * are of one moment, and nothing is found that was written after the access ended.
 */
export type ScopedRequest = Omit<SearchRequest, 'diaryIds'> & {
  diaryIds: string[] | ((trx: Db) => Promise<string[]>);
};

export interface SearchHit {
  entry: Entry;
  /** Comparable within one answer only. */
  score: number;
  explain?: HitExplanation;
}

export interface HitExplanation {
  lexical: { rank: number; score: number } | null;
  vector: { rank: number; similarity: number } | null;
  /** The query's lexemes that occur in the entry, by where. */
  matched: { title: string[]; tags: string[]; content: string[] };
  fused: number;
  recencyBoost: number;
  importanceBoost: number;
}

export interface SearchExplanation {
  /** What the words came to; empty when the query has only stop words, or nothing. */
  lexemes: { lexeme: string; entries: number; estimated: boolean; idf: number }[];
  phrases: string[];
  excluded: string[];
  queryTruncated: boolean;
  /** Entries that the statistics speak of. */
  scopeEntries: number;
  scopeEntriesEstimated: boolean;
  lexical: { candidates: number; cut: boolean };
  vector: { plan: VectorPlan; reason: string; candidates: number; cut: boolean } | null;
  /** `recent`: nothing in the query could rank, so the newest entries that fit its filters are given. */
  fallback: 'recent' | null;
}

export type VectorPlan = 'exact' | 'hnsw';

export interface SearchResult {
  hits: SearchHit[];
  /** Estimated tokens of the hits, as the budget counts them. */
  tokens: number;
  /** Hits that ranked high enough but did not fit the budget. */
  omitted: number;
  explain?: SearchExplanation;
}
