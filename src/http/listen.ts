import { STATUS_CODES, createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { AppError, type ErrorName } from '../errors.js';
import { httpError, toProblem } from './problem.js';

export interface Listening {
  url: string;
  port: number;
  /** Takes no new connections, lets requests in flight finish for at most `timeoutMs`, then cuts what is left. */
  close(timeoutMs: number): Promise<void>;
}

/** Headers must arrive within this: a peer that trickles them holds a socket, and nothing else, for as long. */
const HEADERS_TIMEOUT_MS = 10_000;
/** A whole request: 5 MB over a slow line of 1 Mbit/s take 40 s. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the 60 s of the usual load balancers, so that we are never the one who closes a connection in use. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const CHECK_INTERVAL_MS = 1_000;

interface Address {
  host: string;
  port: number;
  /** The variable that the port comes from. */
  setting?: string;
}

/** How long a peer may take. Tests are less patient. */
export interface Patience {
  headersMs: number;
  requestMs: number;
  checkMs: number;
}

const PATIENCE = { headersMs: HEADERS_TIMEOUT_MS, requestMs: REQUEST_TIMEOUT_MS, checkMs: CHECK_INTERVAL_MS };

/** Throws Misconfigured, with the port and the remedy, where the address cannot be had. */
export async function listen(
  app: RequestListener,
  { host, port, setting = 'PORT' }: Address,
  patience: Patience = PATIENCE,
): Promise<Listening> {
  const server = createServer(
    {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: patience.checkMs,
    },
    app,
  );
  server.on('clientError', answerUnparsed);
  server.on('checkExpectation', app);
  await bind(server, { host, port, setting });
  const bound = (server.address() as AddressInfo).port;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shownHost}:${bound}`, port: bound, close: closeGracefully(server) };
}

function bind(server: Server, address: Required<Address>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(bindFailure(error, address)));
    server.listen(address.port, address.host, resolve);
  });
}

function bindFailure(error: NodeJS.ErrnoException, { host, port, setting }: Required<Address>): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is taken by another process. Stop it, or choose another port (${setting}=${port + 1} npm start).`,
    EACCES: `Port ${port} on ${host} needs rights that this process has not. Choose a port above 1023.`,
    EADDRNOTAVAIL: `${host} is no address of this machine. Set HOST to one that is, or to 0.0.0.0 for all.`,
  };
  const message = reasons[error.code ?? ''] ?? `Cannot listen on ${host}:${port}: ${error.message}`;
  return new AppError('Misconfigured', message, { cause: error });
}

function closeGracefully(server: Server): Listening['close'] {
  let closing = false;
  // A connection that was busy when closing began becomes idle with its answer, and would be kept open for a next one.
  server.prependListener('request', (_request, response) => {
    if (closing) response.setHeader('Connection', 'close');
    response.once('close', () => closing && setImmediate(() => server.closeIdleConnections()));
  });
  return async (timeoutMs) => {
    closing = true;
    const closed = once(server, 'close');
    server.close();
    const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
    await closed;
    clearTimeout(timer);
  };
}

const UNPARSED: Record<string, [ErrorName, string]> = {
  HPE_HEADER_OVERFLOW: ['HeadersTooLarge', 'The headers are larger than 16 KB in all.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['RequestTimedOut', 'The request did not arrive in time.'],
};

/** What Node could not read as HTTP never becomes a request; it still gets problem+json. */
function answerUnparsed(
  error: NodeJS.ErrnoException,
  socket: Socket & { _httpMessage?: { headersSent?: boolean } },
): void {
  // An answer that has begun cannot be taken back, and a reset connection has nobody to answer to.
  if (error.code === 'ECONNRESET' || !socket.writable || socket._httpMessage?.headersSent) return void socket.destroy();
  const [name, message] = UNPARSED[error.code ?? ''] ?? ['InvalidInput', 'This is not a well-formed HTTP request.'];
  const { problem } = toProblem(httpError(name, message), 'none');
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
