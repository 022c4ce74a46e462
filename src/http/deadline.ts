import { AppError } from '../errors.js';

/**
 * Gives a request its time. The signal aborts when the time is up or when the caller goes away; `within` ends the
 * waiting for work that does not listen to it: DBOS retries its system calls for ever, so that with a dead database
 * `startWorkflow` neither returns nor throws.
 */
export class Deadline {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;

  constructor(readonly ms: number) {
    this.timer = this.start();
  }

  private start(): NodeJS.Timeout {
    return setTimeout(() => this.end(new AppError('DatabaseUnavailable', 'The time is up.')), this.ms);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Aborts what still listens: the caller has gone, or the server stops. */
  end(reason: Error): void {
    clearTimeout(this.timer);
    this.controller.abort(reason);
  }

  /** The next piece of work has all the time again. */
  restart(): void {
    this.met();
    this.timer = this.start();
  }

  /** The answer is there; from now on only `end` aborts. */
  met(): void {
    clearTimeout(this.timer);
  }

  /** The work's outcome, or the error that `late` makes when the time is up first. The work's later failure is swallowed. */
  async within<T>(work: Promise<T>, late: () => Error): Promise<T> {
    let stop: (() => void) | undefined;
    const timeUp = new Promise<never>((_resolve, reject) => {
      stop = () => reject(late());
      if (this.signal.aborted) stop();
      else this.signal.addEventListener('abort', stop, { once: true });
    });
    work.catch(() => undefined);
    try {
      return await Promise.race([work, timeUp]);
    } finally {
      if (stop) this.signal.removeEventListener('abort', stop);
    }
  }
}

/** For a read: nothing was changed, so the same request is safe. */
export function readTimedOut(ms: number): AppError {
  return new AppError(
    'DatabaseUnavailable',
    `No answer from the database within ${ms / 1000} s. Nothing was changed; send the same request again.`,
  );
}

/** For a change: it may still happen, and this says how to find out. */
export function startTimedOut(ms: number, key: string | undefined): AppError {
  const how = key
    ? `Send the same request again with the same Idempotency-Key ("${key}"): it answers with the outcome and does nothing twice.`
    : 'Read the resource to see whether it has, or send the same request again.';
  return new AppError('StartTimedOut', `Not confirmed within ${ms / 1000} s. The change may still happen. ${how}`);
}
