import { createHash } from 'node:crypto';
import { AppError } from '../../errors.js';
import { capText } from '../../rules/passageText.js';
import type { Embedded, Embedder, EmbedderStatus, EmbeddingModel } from '../embedder.js';
import { JobQueue, type Job, type TextKind } from './jobQueue.js';
import { LruCache } from './lruCache.js';
import { ModelProcess, type RunOutcome } from './modelProcess.js';

export interface ChildEmbedderOptions {
  model: EmbeddingModel;
  /** The child program and its arguments. */
  script: URL;
  args: string[];
  log: { info(message: string, details: object): void; warn(message: string, details: object): void };
  /** Loading takes 0.4 to 1 s; a machine that is starting everything else at once takes longer. */
  startTimeoutMs?: number;
  /** The longest text takes 0.1 s alone on a core. */
  runTimeoutMs?: number;
  /** Of each kind. At 17 ms a passage, 256 are four seconds of work. */
  maxWaiting?: number;
  cachedQueries?: number;
  now?: () => number;
}

/** A text is tried again in a new process once: the first death may have been the system's doing, not the text's. */
const MAX_DEATHS_OF_A_TEXT = 2;

/** One death without a text to blame is the system's doing and is mended at once; a second in a row looks like a loop. */
const FAILURES_WITHOUT_PAUSE = 1;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Embeds in a child process, which starts with the first text, and is replaced when it dies or hangs. */
export class ChildEmbedder implements Embedder {
  readonly model: EmbeddingModel;
  readonly #options: Required<ChildEmbedderOptions>;
  readonly #jobs: JobQueue;
  readonly #queryVectors: LruCache<Float32Array>;
  #process: ModelProcess | undefined;
  #starting: Promise<ModelProcess> | undefined;
  #pumping: Promise<void> | undefined;
  #stopping = false;
  #stopped = false;
  #running: Job | undefined;
  /** Failed starts, and deaths while idle, since the last text that was answered. */
  #failures = 0;
  /** The last death of any kind, until a text is answered. */
  #failure: string | undefined;
  #pausedUntil = 0;
  #counts = { computed: 0, cacheHits: 0, starts: 0 };

  constructor(options: ChildEmbedderOptions) {
    this.#options = {
      startTimeoutMs: 60_000,
      runTimeoutMs: 10_000,
      maxWaiting: 256,
      cachedQueries: 500,
      now: Date.now,
      ...options,
    };
    this.model = options.model;
    this.#jobs = new JobQueue(this.#options.maxWaiting);
    this.#queryVectors = new LruCache(this.#options.cachedQueries);
  }

  async embedQuery(text: string, options: { signal?: AbortSignal } = {}): Promise<Float32Array> {
    const capped = capText(text).text;
    const cached = this.#queryVectors.get(keyOf('query', capped));
    if (cached) {
      this.#counts.cacheHits++;
      return cached.slice();
    }
    return (await this.#embed('query', capped, options.signal)).vector;
  }

  async embedPassage(text: string): Promise<Embedded> {
    const capped = capText(text);
    const { vector, truncated } = await this.#embed('passage', capped.text);
    return { vector, truncated: truncated || capped.cut };
  }

  async warm(): Promise<void> {
    if (this.#stopping || this.#options.now() < this.#pausedUntil) return;
    await this.#readyProcess().catch(() => undefined); // recorded by #start
  }

  status(): EmbedderStatus {
    const pid = this.#process?.pid;
    return {
      state: this.#state(),
      ...(this.#failure === undefined ? {} : { error: this.#failure }),
      ...(pid === undefined ? {} : { pid }),
      queued: this.#jobs.size,
      coalesced: this.#jobs.coalesced,
      ...this.#counts,
    };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#jobs.refuseAll(stopping());
    if (this.#starting) this.#process?.kill('the embedder was stopped while it loaded');
    await this.#pumping;
    await this.#process?.close();
    this.#stopped = true;
  }

  #state(): EmbedderStatus['state'] {
    if (this.#stopped) return 'stopped';
    if (this.#starting) return 'starting';
    if (this.#process) return 'ready';
    return this.#failure === undefined ? 'idle' : 'failed';
  }

  #embed(kind: TextKind, text: string, signal?: AbortSignal): Promise<Embedded> {
    if (this.#stopping) return Promise.reject(stopping());
    const pauseMs = this.#pausedUntil - this.#options.now();
    if (pauseMs > 0) return Promise.reject(this.#unavailable(`next try in ${Math.ceil(pauseMs / 1_000)} s`));
    const embedded = this.#jobs.wait(kind, keyOf(kind, text), `${kind}: ${text}`, signal);
    if (this.#jobs.size > 0) this.#pumping ??= this.#pump();
    return embedded;
  }

  /** Takes one text after the other until none waits; there is never more than one of these loops. */
  async #pump(): Promise<void> {
    while (this.#jobs.size > 0) {
      const process = await this.#readyProcess().catch(() => undefined);
      // Taken only now: a query that came while the model loaded goes first, a text nobody waits for is gone.
      const job = process && this.#jobs.take();
      if (job) await this.#compute(process, job);
      else if (!process) this.#jobs.refuseAll(this.#stopping ? stopping() : this.#unavailable('try again later'));
    }
    // In the same turn as the last look at the queue: a text that comes a moment later must find no loop, not a dead one.
    this.#pumping = undefined;
  }

  async #compute(process: ModelProcess, job: Job): Promise<void> {
    this.#running = job;
    const outcome = await process.run(job.text).catch(() => undefined);
    this.#running = undefined;
    if (outcome === undefined) this.#afterDeath(job);
    else this.#afterAnswer(job, outcome);
  }

  #afterAnswer(job: Job, outcome: RunOutcome): void {
    this.#failures = 0;
    this.#failure = undefined;
    if ('errorClass' in outcome) {
      const message = `the model cannot embed this text of ${job.text.length} characters (${outcome.errorClass})`;
      this.#jobs.settle(job, new AppError('EmbeddingFailed', message));
      return;
    }
    this.#counts.computed++;
    if (job.kind === 'query') this.#queryVectors.set(job.key, outcome.vector);
    this.#jobs.settle(job, outcome);
  }

  /** `#recordDeath` has run before this: its reaction to the death is in the same turn, and needs fewer of its steps. */
  #afterDeath(job: Job): void {
    job.deaths++;
    if (job.deaths >= MAX_DEATHS_OF_A_TEXT) {
      const message = `the embedding process died ${job.deaths} times at this text of ${job.text.length} characters; the last time ${this.#failure}`;
      this.#jobs.settle(job, new AppError('EmbeddingFailed', message));
    } else if (this.#stopping) {
      this.#jobs.settle(job, stopping());
    } else {
      this.#jobs.putBack(job);
    }
  }

  #readyProcess(): Promise<ModelProcess> {
    if (this.#starting) return this.#starting;
    if (this.#process) return Promise.resolve(this.#process);
    this.#starting = this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async #start(): Promise<ModelProcess> {
    const startedAt = this.#options.now();
    const process = new ModelProcess(this.#options);
    this.#process = process;
    this.#counts.starts++;
    const death = process.died.then((cause) => this.#recordDeath(cause));
    try {
      await process.ready;
    } catch (error) {
      await death;
      throw error;
    }
    this.#options.log.info('embedding model loaded', {
      model: this.model.name,
      fingerprint: this.model.fingerprint,
      ms: this.#options.now() - startedAt,
    });
    return process;
  }

  #recordDeath(cause: string): void {
    this.#process = undefined;
    this.#failure = cause;
    if (this.#stopping) return;
    // A death in the middle of a text is held against the text, which is not computed a third time. Any other may repeat
    // for ever, and loading takes half a second of a core.
    const pauseMs = this.#running ? 0 : this.#pause();
    this.#options.log.warn('embedding process died', { model: this.model.name, cause, pauseMs });
    // Replaced even if nothing waits, so that the next query does not pay for the loading; but what could not start is
    // not started again until a text asks for it.
    if (!this.#starting) void this.warm();
  }

  #pause(): number {
    this.#failures++;
    const pauses = this.#failures - FAILURES_WITHOUT_PAUSE;
    const pauseMs = pauses <= 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (pauses - 1));
    this.#pausedUntil = this.#options.now() + pauseMs;
    return pauseMs;
  }

  #unavailable(remedy: string): AppError {
    return new AppError('EmbedderUnavailable', `the embedding process is not there (${this.#failure}); ${remedy}`);
  }
}

function stopping(): AppError {
  return new AppError('Stopping', 'the embedder is stopping: try again elsewhere, or after the restart');
}

/** A hash, so that the cache of query vectors does not keep the queries. */
function keyOf(kind: TextKind, text: string): string {
  return createHash('sha256').update(`${kind}: ${text}`).digest('base64');
}
