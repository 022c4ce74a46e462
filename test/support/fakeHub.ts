/**
 * A model hub on loopback: small files answer themselves under git's blob hash, large ones are sent on to a second
 * server under their SHA-256, ranges are honoured. Each of `mischief` is used up by one GET of the path it names.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { E5_SMALL_V2, urlPath } from '../../src/ports/embedder/modelFolder.js';

type Mischief =
  /** Sends so many bytes, and no more until `cut` breaks the connection off: only then have they surely arrived. */
  | { path: string; cutAfter: number }
  | { path: string; status: number; retryAfter?: string }
  /** Other bytes of the same length. */
  | { path: string; garbled: true }
  | { path: string; signInPage: true };

export interface FakeHub {
  url: string;
  /** What was asked for: method, path of the file, range. */
  requests: string[];
  mischief: Mischief[];
  cut(): void;
  stop(): Promise<void>;
}

export async function startFakeHub(files: ReadonlyMap<string, Buffer>): Promise<FakeHub> {
  const requests: string[] = [];
  const mischief: Mischief[] = [];
  const held: ServerResponse[] = [];
  const elsewhere = await listen((request, response) => {
    const path = request.url?.slice(1) ?? '';
    requests.push(`${request.method} ${path} ${request.headers.range ?? ''}`.trim());
    const at = mischief.findIndex((each) => each.path === path);
    const trick = at < 0 ? undefined : mischief.splice(at, 1)[0];
    if (trick && 'cutAfter' in trick) held.push(response);
    sendBytes(response, files.get(path) ?? Buffer.alloc(0), request.headers.range, trick);
  });
  const hub = await listen((request, response) => {
    const path = [...files.keys()].find((each) => request.url === urlPath(each));
    const bytes = path === undefined ? undefined : files.get(path);
    if (path === undefined || bytes === undefined) return void response.writeHead(404).end();
    if (request.method === 'HEAD') requests.push(`HEAD ${path}`);
    response.setHeader('x-repo-commit', E5_SMALL_V2.revision);
    if (path.startsWith('onnx/')) {
      response.setHeader('x-linked-etag', `"${createHash('sha256').update(bytes).digest('hex')}"`);
      response.setHeader('x-linked-size', bytes.length);
    } else {
      response.setHeader(
        'etag',
        `"${createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')}"`,
      );
    }
    if (request.method === 'HEAD' && !path.startsWith('onnx/'))
      return void response.setHeader('content-length', bytes.length).end();
    response.writeHead(302, { location: `${elsewhere.url}/${path}` }).end();
  });
  return {
    url: hub.url,
    requests,
    mischief,
    cut: () => held.splice(0).forEach((response) => response.destroy()),
    stop: async () => {
      await Promise.all([hub.stop(), elsewhere.stop()]);
    },
  };
}

function sendBytes(
  response: ServerResponse,
  bytes: Buffer,
  range: string | undefined,
  trick: Mischief | undefined,
): void {
  if (trick && 'status' in trick) {
    if (trick.retryAfter) response.setHeader('retry-after', trick.retryAfter);
    return void response.writeHead(trick.status).end();
  }
  if (trick && 'signInPage' in trick) return void response.setHeader('content-type', 'text/html').end('<p>Sign in</p>');
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const part = trick && 'garbled' in trick ? Buffer.alloc(bytes.length - start) : bytes.subarray(start);
  const headers = { 'content-length': part.length, 'content-type': 'application/octet-stream' };
  const contentRange = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(start > 0 ? 206 : 200, start > 0 ? { ...headers, ...contentRange } : headers);
  if (trick && 'cutAfter' in trick) response.write(part.subarray(0, trick.cutAfter));
  else response.end(part);
}

async function listen(handler: RequestListener): Promise<{ url: string; stop: () => Promise<void> }> {
  const server: Server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
