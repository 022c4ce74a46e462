import type { Window } from '../db/countRequest.js';

/** A flood of more keys than this is not ours to count: memory stays bounded, and the rest is let pass. */
const MAX_KEYS = 50_000;

/** Counts by key in windows that all keys share, in the memory of this process. */
export class WindowCounter {
  private counts = new Map<string, number>();
  private endsAt = 0;

  constructor(private readonly seconds: number) {}

  add(key: string): Window {
    const window = this.look(key);
    window.count++;
    if (this.counts.has(key) || this.counts.size < MAX_KEYS) this.counts.set(key, window.count);
    return window;
  }

  look(key: string): Window {
    const now = performance.now();
    if (now >= this.endsAt) {
      this.counts = new Map();
      this.endsAt = now + this.seconds * 1000;
    }
    return { count: this.counts.get(key) ?? 0, secondsLeft: Math.max(1, Math.ceil((this.endsAt - now) / 1000)) };
  }
}
