import { fork, type ChildProcess } from 'node:child_process';
import type { Embedded } from '../embedder.js';
import type { ChildMessage, TextMessage } from './messages.js';

export interface ModelProcessOptions {
  /** The program to run, and its arguments. */
  script: URL;
  args: string[];
  startTimeoutMs: number;
  runTimeoutMs: number;
}

/** `errorClass`: the model could not embed the text; the process is well. */
export type RunOutcome = Embedded | { errorClass: string };

interface Run {
  id: number;
  resolve(outcome: RunOutcome): void;
  reject(death: Error): void;
}

/**
 * One life of the embedding child process: it starts once, computes one text at a time and dies once. What it dies of
 * is told in words that hold no text.
 */
export class ModelProcess {
  readonly #child: ChildProcess;
  readonly #options: ModelProcessOptions;
  #run: Run | undefined;
  #runs = 0;
  #cause: string | undefined;
  #death: Error | undefined;

  /** Rejects, naming the reason, when the process died or was killed before it was ready. */
  readonly ready: Promise<void>;
  /** Resolves with the cause of death; never rejects. */
  readonly died: Promise<string>;

  constructor(options: ModelProcessOptions) {
    this.#options = options;
    this.#child = fork(options.script, options.args, {
      serialization: 'advanced',
      // No output: the runtime's own prints may hold token ids. No environment: the child needs none, and its secrets
      // and its NODE_OPTIONS (a telemetry preload, say) are the parent's.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {},
      execArgv: [],
    });
    // The child must not keep the parent alive. While somebody waits for a text, the timers below do.
    this.#child.unref();
    this.#child.channel?.unref();
    this.died = this.#awaitDeath();
    // Not `died.then` in each run: a promise that lives for weeks would collect a reaction for every text.
    void this.died.then((cause) => {
      this.#death = new Error(cause);
      this.#run?.reject(this.#death);
    });
    this.#child.on('message', (message: ChildMessage) => this.#receive(message));
    this.ready = this.#awaitReady();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** One at a time. Rejects with the cause of death if the process dies, or takes too long and is killed for it. */
  async run(text: string): Promise<RunOutcome> {
    if (this.#death) throw this.#death;
    const { runTimeoutMs } = this.#options;
    const timer = setTimeout(
      () => this.kill(`it did not answer within ${runTimeoutMs} ms and was killed`),
      runTimeoutMs,
    );
    const message: TextMessage = { id: ++this.#runs, text };
    try {
      return await new Promise<RunOutcome>((resolve, reject) => {
        this.#run = { id: message.id, resolve, reject };
        // What cannot be sent was sent to a dying process: `died` says of what.
        this.#child.send(message, () => undefined);
      });
    } finally {
      clearTimeout(timer);
      this.#run = undefined;
    }
  }

  kill(cause: string): void {
    this.#cause ??= cause;
    this.#child.ref(); // somebody waits for the end, and no timer is left to stay for
    this.#child.kill('SIGKILL');
  }

  /** Lets the child end by itself, which it does at once when it is idle. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.kill('it did not end when it was asked to'), this.#options.runTimeoutMs);
    if (this.#child.connected) this.#child.disconnect();
    await this.died;
    clearTimeout(timer);
  }

  #awaitDeath(): Promise<string> {
    return new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(`it could not be started or reached: ${error.message}`));
      this.#child.once('exit', (code, signal) => {
        const end = () => resolve(this.#cause ?? `it ended with ${signal ?? `code ${code}`}`);
        // The exit may be seen before the last message, which says why: the channel's end comes after both.
        if (this.#child.connected) this.#child.once('disconnect', end);
        else end();
      });
    });
  }

  #awaitReady(): Promise<void> {
    const { startTimeoutMs } = this.#options;
    const timer = setTimeout(
      () => this.kill(`it was not ready within ${startTimeoutMs} ms and was killed`),
      startTimeoutMs,
    );
    const ready = new Promise<void>((resolve, reject) => {
      this.#child.on('message', (message: ChildMessage) => {
        if (message.kind === 'ready') resolve();
      });
      void this.died.then((cause) => reject(new Error(cause)));
    });
    return ready.finally(() => clearTimeout(timer));
  }

  #receive(message: ChildMessage): void {
    if (message.kind === 'refused') this.#cause ??= message.reason;
    if (message.kind !== 'embedded' && message.kind !== 'failed') return;
    if (message.id !== this.#run?.id) return;
    if (message.kind === 'failed') this.#run.resolve({ errorClass: message.errorClass });
    else this.#run.resolve({ vector: message.vector, truncated: message.truncated });
  }
}
