/** What grouping and summarising read of an entry. Given sorted, they depend on nothing else. */
export interface Source {
  id: string;
  title: string;
  content: string;
  tags: readonly string[];
  importance: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Equal for equal texts. */
  textHash: string;
  /** See rules/similarity.ts. */
  sketch: readonly number[];
  facts: string;
  /** Of length one; null while the entry waits for its vector: its words decide alone then. */
  vector: Float32Array | null;
}

/** By time, then id: the order in which every stage reads sources, whatever order they came in. */
export function sortSources(sources: readonly Source[]): Source[] {
  return [...sources].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}
