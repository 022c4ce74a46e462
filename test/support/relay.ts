import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between two programs: hears what is said, and can cut, hold or answer it. */
export interface Relay {
  url: string;
  /** Where requests go on to; without it connections are cut. */
  target: string | undefined;
  /** Paths that end like this are answered as by an API that is not done within its wait. */
  accepts: string | undefined;
  /** Keeps the next request until `release`; resolves when it is there. */
  hold(): Promise<void>;
  release(): void;
  /** Each request's line and headers. */
  seen: string[];
  close(): void;
}

export async function startRelay(): Promise<Relay> {
  let held: { arrived: () => void; released: Promise<void> } | undefined;
  const relay: Relay = {
    url: '',
    target: undefined,
    accepts: undefined,
    seen: [],
    hold: () =>
      new Promise((arrived) => {
        held = { arrived, released: new Promise((release) => (relay.release = release)) };
      }),
    release: () => undefined,
    close: () => server.close(),
  };
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const waiting = held;
    held = undefined;
    waiting?.arrived();
    await waiting?.released;
    const { method, url, headers } = incoming;
    relay.seen.push(JSON.stringify({ method, url, headers }));
    if (relay.target === undefined) return void incoming.socket.destroy();
    if (relay.accepts && url!.endsWith(relay.accepts)) {
      const location = '/workflows/write-1';
      outgoing.writeHead(202, { 'content-type': 'application/json', location });
      return void outgoing.end(JSON.stringify({ workflowId: 'write-1', status: 'running', location }));
    }
    const onward = httpRequest(new URL(url!, relay.target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  };
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  relay.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return relay;
}
