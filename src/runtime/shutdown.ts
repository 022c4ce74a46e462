import type { Log } from '../telemetry.js';

/** What has been started and how to stop it: the last first, each in spite of the others' failures. */
export class Shutdown {
  private readonly stops: { name: string; stop: () => Promise<unknown> }[] = [];

  constructor(private readonly log: Log) {}

  add(name: string, stop: () => Promise<unknown>): void {
    this.stops.push({ name, stop });
  }

  async run(): Promise<void> {
    for (let next = this.stops.pop(); next; next = this.stops.pop()) {
      const { name, stop } = next;
      this.log.debug(`stopping ${name}`);
      await stop().catch((error: unknown) => this.log.warn(`${name} did not stop cleanly`, { error: String(error) }));
    }
  }
}
