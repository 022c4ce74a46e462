import { expect } from 'chai';
import type { TestServer } from './server.js';

interface Seen {
  pos: number;
  kind: string;
  diaryId: string;
  subjectId: string;
}

/** A client of server-sent events that can wait for as many as a test needs. */
export class EventListener {
  readonly seen: Seen[] = [];
  lastId = '';
  ended: Promise<void>;
  private readonly controller = new AbortController();
  private changed: () => void = () => undefined;

  constructor(response: Response) {
    this.ended = this.consume(response).catch(() => undefined);
  }

  static async open(server: TestServer, token: string, headers: Record<string, string> = {}, query = '') {
    const response = await fetch(`${server.url}/events${query}`, {
      headers: { Authorization: `Bearer ${token}`, ...headers },
    });
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.match(/^text\/event-stream/);
    return new EventListener(response);
  }

  private async consume(response: Response): Promise<void> {
    let rest = '';
    for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
      if (this.controller.signal.aborted) return;
      rest += chunk;
      const blocks = rest.split('\n\n');
      rest = blocks.pop() ?? '';
      blocks.forEach((block) => this.take(block));
      this.changed();
    }
  }

  private take(block: string): void {
    const id = /^id: (.*)$/m.exec(block)?.[1];
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (id !== undefined) this.lastId = id;
    if (data !== undefined) this.seen.push(JSON.parse(data) as Seen);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }

  close(): void {
    this.controller.abort();
  }
}
