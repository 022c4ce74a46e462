import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What happens to a request: `pass`; instead of it an error, a page, a rate limit or nothing at all; or it is done and its
 * answer lost.
 */
export type Fate = 'pass' | 'fail' | 'html' | 'limit' | 'stall' | 'lose the answer';

const JSON_TYPE = { 'content-type': 'application/json' };
const INSTEAD: Partial<Record<Fate, [number, Record<string, string>]>> = {
  fail: [503, JSON_TYPE],
  html: [200, { 'content-type': 'text/html' }],
  limit: [429, { ...JSON_TYPE, 'x-ratelimit-reset': '0' }],
};

export interface FaultyProxy {
  url: string;
  /** Asked for each request; given as `METHOD /path`. */
  fate: (request: string) => Fate;
  /** What is done before a request goes on. */
  before: ((request: string) => Promise<void>) | undefined;
  requests: string[];
  close(): Promise<void>;
}

/** Stands between the port and the identity server and does to requests what networks do. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming;
    const name = `${method} ${url.split('?')[0] ?? ''}`;
    proxy.requests.push(name);
    const fate = proxy.fate(name);
    if (fate === 'stall') return;
    const instead = INSTEAD[fate];
    if (instead) {
      outgoing.writeHead(...instead).end(fate === 'html' ? '<h1>Down for maintenance</h1>' : '{}');
      return;
    }
    void Promise.resolve(proxy.before?.(name)).then(() => forward(fate, incoming, outgoing));
  });
  function forward(fate: Fate, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url = '/', headers } = incoming;
    const forwarded = send(new URL(url, target), { method, headers }, (answer: IncomingMessage) => {
      if (fate === 'lose the answer') {
        answer.resume();
        incoming.socket.destroy();
      } else {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }
    });
    incoming.pipe(forwarded);
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fate: () => 'pass',
    before: undefined,
    requests: [],
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return proxy;
}
