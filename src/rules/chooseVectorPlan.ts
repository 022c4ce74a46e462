export interface VectorCounts {
  /** Entries of the scope, of which vectors would be compared. */
  entries: number;
  /** Share of them that the filters let through. */
  passing: number;
  /** Vectors in the model's index, of whichever diaries. */
  allVectors: number;
  indexed: boolean;
}

/** Up to here the exact way takes under 5 ms; also the size from which an index is worth its upkeep. */
export const EXACT_UP_TO = 4_000;
/** An index gives up after about this many vectors (`hnsw.max_scan_tuples`), and this many of the scope are wanted. */
const SCANNED_AT_MOST = 20_000;
const WANTED = 100;

/**
 * Exact, or by the index. The index is walked through vectors of all diaries, so the smaller the scope's share, the more
 * of them go by before enough are found: below the share that fills `WANTED` it would give up.
 */
export function chooseVectorPlan(counts: VectorCounts): { plan: 'exact' | 'hnsw'; reason: string } {
  const { entries, passing, allVectors, indexed } = counts;
  if (entries <= EXACT_UP_TO) return { plan: 'exact', reason: `${entries} entries are few` };
  if (!indexed) return { plan: 'exact', reason: 'the model has no index yet' };
  const share = Math.min(1, (entries * passing) / Math.max(1, allVectors));
  if (share * SCANNED_AT_MOST < WANTED) {
    return { plan: 'exact', reason: 'what is searched is too small a share of the index' };
  }
  return { plan: 'hnsw', reason: `${entries} entries are many` };
}
