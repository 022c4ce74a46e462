/**
 * Turns text into vectors. Vectors of two models, revisions or recipes must never be compared: `fingerprint` is what
 * stored vectors are filed under. Chosen once, at start (`chooseEmbedder`); it never changes while a process lives.
 */
export interface Embedder {
  /** Undefined while the embedder is absent: nothing can be filed or compared. */
  readonly model: EmbeddingModel | undefined;

  /**
   * Goes before every passage that waits. Throws EmbedderUnavailable when it cannot be had now, which includes that
   * `signal` aborted (pass a deadline, and search by words instead: a model takes half a second to load), and
   * EmbeddingFailed for a text that the model cannot embed.
   */
  embedQuery(text: string, options?: { signal?: AbortSignal }): Promise<Float32Array>;

  /** `truncated`: the model did not see the text's end. Throws as `embedQuery` does; both are worth a later retry. */
  embedPassage(text: string): Promise<Embedded>;

  /** Loads the model before the first text needs it. Never throws: `status()` tells how it went. */
  warm(): Promise<void>;

  status(): EmbedderStatus;

  /** Lets the run in hand finish, refuses what waits (Stopping, worth a retry elsewhere), ends the child process. */
  stop(): Promise<void>;
}

export interface Embedded {
  /** Of length one, so that a dot product is the cosine. */
  vector: Float32Array;
  truncated: boolean;
}

export const DIMENSIONS = 384;

export interface EmbeddingModel {
  name: string;
  revision: string;
  dtype: string;
  dimensions: typeof DIMENSIONS;
  /** False for vectors that know no synonyms; doors pass it on. */
  semantic: boolean;
  /** SHA-256, hex, over all of the above, the files' hashes and the recipe. */
  fingerprint: string;
}

export interface EmbedderStatus {
  /** idle: not needed yet. failed: it did not start, or keeps dying; `error` says why and the next text tries again. */
  state: 'idle' | 'starting' | 'ready' | 'failed' | 'absent' | 'stopped';
  error?: string;
  pid?: number;
  /** Texts that wait, without the one being computed. */
  queued: number;
  /** Runs that ended with a vector. */
  computed: number;
  /** Requests that shared another's run, or were answered from the cache of query vectors. */
  coalesced: number;
  cacheHits: number;
  /** Child processes started. */
  starts: number;
}
