import { AppError } from '../../errors.js';
import type { Embedded } from '../embedder.js';

export type TextKind = 'query' | 'passage';

/** One text to compute, and everybody who waits for it. */
export interface Job {
  readonly kind: TextKind;
  readonly key: string;
  readonly text: string;
  /** Processes that died while computing it. */
  deaths: number;
  readonly waiters: Set<Waiter>;
}

interface Waiter {
  resolve(embedded: Embedded): void;
  reject(error: Error): void;
}

/**
 * The texts that wait: queries before passages, equal texts once, so many of a kind and no more. A text stays known
 * from `wait` until `settle`, also while it is being computed, so that an equal one joins it.
 */
export class JobQueue {
  readonly #waiting: Record<TextKind, Job[]> = { query: [], passage: [] };
  readonly #known = new Map<string, Job>();
  coalesced = 0;

  /** The bound is for each kind, so that a flood of passages never refuses a query. */
  constructor(private readonly maxWaiting: number) {}

  get size(): number {
    return this.#waiting.query.length + this.#waiting.passage.length;
  }

  /** Rejects with EmbedderUnavailable when the queue is full or `signal` aborts; a text nobody waits for is dropped. */
  wait(kind: TextKind, key: string, text: string, signal?: AbortSignal): Promise<Embedded> {
    if (signal?.aborted) return Promise.reject(gaveUp(signal));
    const known = this.#known.get(key);
    if (!known && this.#waiting[kind].length >= this.maxWaiting) {
      const message = `${this.maxWaiting} texts (${kind}) wait to be embedded, which is the limit: try again later`;
      return Promise.reject(new AppError('EmbedderUnavailable', message));
    }
    if (known) this.coalesced++;
    const job = known ?? this.#enqueue({ kind, key, text, deaths: 0, waiters: new Set() });
    return this.#join(job, signal);
  }

  take(): Job | undefined {
    return this.#waiting.query.shift() ?? this.#waiting.passage.shift();
  }

  /** To the end of its kind: if it was the text that ended the process, the others come first. */
  putBack(job: Job): void {
    if (job.waiters.size > 0) this.#waiting[job.kind].push(job);
    else this.#known.delete(job.key);
  }

  settle(job: Job, outcome: Embedded | Error): void {
    this.#known.delete(job.key);
    for (const waiter of job.waiters) {
      if (outcome instanceof Error) waiter.reject(outcome);
      // Each gets a vector of its own: what one caller does to it is nobody else's.
      else waiter.resolve({ ...outcome, vector: outcome.vector.slice() });
    }
  }

  refuseAll(error: Error): void {
    for (let job = this.take(); job; job = this.take()) this.settle(job, error);
  }

  #enqueue(job: Job): Job {
    this.#known.set(job.key, job);
    this.#waiting[job.kind].push(job);
    return job;
  }

  #join(job: Job, signal: AbortSignal | undefined): Promise<Embedded> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve: (embedded) => (done(), resolve(embedded)),
        reject: (error) => (done(), reject(error)),
      };
      const giveUp = () => {
        waiter.reject(gaveUp(signal));
        if (job.waiters.size === 0) this.#drop(job);
      };
      const done = () => {
        job.waiters.delete(waiter);
        signal?.removeEventListener('abort', giveUp);
      };
      job.waiters.add(waiter);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Only from the queue: a run cannot be called back, and its vector may still serve the cache. */
  #drop(job: Job): void {
    const at = this.#waiting[job.kind].indexOf(job);
    if (at < 0) return;
    this.#waiting[job.kind].splice(at, 1);
    this.#known.delete(job.key);
  }
}

function gaveUp(signal: AbortSignal | undefined): AppError {
  return new AppError('EmbedderUnavailable', 'the text was not embedded within the time that its caller gave it', {
    cause: signal?.reason,
  });
}
