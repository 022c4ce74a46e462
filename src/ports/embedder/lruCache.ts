/** Keeps the `capacity` values that were asked for last. A Map remembers insertion order, which is all it takes. */
export class LruCache<Value> {
  readonly #values = new Map<string, Value>();

  constructor(private readonly capacity: number) {}

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    const oldest = this.#values.keys().next();
    if (this.#values.size > this.capacity && !oldest.done) this.#values.delete(oldest.value);
  }
}
