import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
  /** The target's URL with the proxy's address in it. */
  url: string;
  /** Cuts every connection and refuses new ones: a server that restarts. */
  cut(): void;
  /** Takes what is sent and passes nothing on: a network that is lost. */
  silence(): void;
  restore(): void;
  close(): Promise<void>;
}

/** Stands between a client and the server that a URL names. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'silent' = 'open';
  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => state === 'silent' || to.write(data));
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('error', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut() {
      state = 'cut';
      destroyAll();
    },
    silence() {
      state = 'silent';
    },
    restore() {
      // Connections that were silenced have lost bytes: they cannot go on.
      if (state === 'silent') destroyAll();
      state = 'open';
    },
    async close() {
      destroyAll();
      server.close();
      await once(server, 'close');
    },
  };
}
