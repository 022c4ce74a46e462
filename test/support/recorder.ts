import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Exchange {
  method: string;
  /** With the query. */
  path: string;
  requestType: string;
  requestBody: string;
  status: number;
  answerType: string;
  answerBody: string;
}

export interface Recorder {
  url: string;
  exchanges: Exchange[];
  close(): Promise<void>;
}

async function read(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** A proxy that keeps what passes: the traffic of a real client with a real server, byte by byte. */
export async function startRecorder(target: string): Promise<Recorder> {
  const exchanges: Exchange[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const requestBody = await read(incoming);
      const { method = 'GET', url: path = '/', headers } = incoming;
      const forwarded = send(new URL(path, target), { method, headers });
      forwarded.end(requestBody);
      const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
      const answerBody = await read(answer);
      const status = answer.statusCode ?? 0;
      const requestType = headers['content-type'] ?? '';
      const answerType = answer.headers['content-type'] ?? '';
      exchanges.push({ method, path, requestType, requestBody, status, answerType, answerBody });
      outgoing.writeHead(status, answer.headers).end(answerBody);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
