/** A Postgres client that says exactly the bytes that a test wants said, and reads the answer message by message. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { cString, message, startupMessage } from '../../src/embedded/database/protocol.js';

export interface Received {
  readonly type: string;
  /** The body with NULs as `|`, for messages of text. */
  readonly text: string;
  readonly body: Buffer;
}

export class WireClient {
  readonly socket: Socket;
  #bytes = Buffer.alloc(0);
  readonly #received: Received[] = [];
  #wake = () => {};

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.on('data', (chunk) => this.#take(chunk));
    this.socket.on('error', () => {});
    this.socket.on('close', () => this.#wake());
  }

  /** Through the handshake to the first ReadyForQuery. */
  static async open(url: string, parameters: Record<string, string> = {}): Promise<WireClient> {
    const client = new WireClient(url);
    const { username, password } = new URL(url);
    client.send(startupMessage({ user: username, ...parameters }));
    await client.until('R');
    client.send(message('p', cString(password)));
    await client.until('Z');
    return client;
  }

  send(...messages: Buffer[]): void {
    this.socket.write(Buffer.concat(messages));
  }

  /** Everything up to and with the next message of this type; or to the end, if the server hangs up before. */
  async until(type: string): Promise<Received[]> {
    for (;;) {
      const index = this.#received.findIndex((each) => each.type === type);
      if (index >= 0) return this.#received.splice(0, index + 1);
      if (this.socket.closed) return this.#received.splice(0);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Resolves when the server has hung up; what it said before. */
  async untilClosed(): Promise<Received[]> {
    if (!this.socket.closed) await once(this.socket, 'close');
    return this.#received.splice(0);
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (this.#bytes.length >= 5) {
      const end = 1 + this.#bytes.readInt32BE(1);
      if (this.#bytes.length < end) break;
      const body = this.#bytes.subarray(5, end);
      const type = String.fromCharCode(this.#bytes[0]!);
      this.#received.push({ type, body, text: body.toString('utf8').replaceAll('\0', '|') });
      this.#bytes = this.#bytes.subarray(end);
    }
    this.#wake();
  }
}

const int16 = (value: number) => Buffer.of(value >> 8, value & 255);

export const parse = (name: string, sql: string) => message('P', cString(name), cString(sql), int16(0));
/** All parameters as text. */
export const bind = (statement: string, values: string[] = [], portal = '') =>
  message(
    'B',
    cString(portal),
    cString(statement),
    int16(0),
    int16(values.length),
    ...values.flatMap((value) => [Buffer.from([0, 0, 0, value.length]), Buffer.from(value)]),
    int16(0),
  );
export const execute = (portal = '', maxRows = 0) => message('E', cString(portal), Buffer.of(0, 0, 0, maxRows));
export const flush = () => message('H');

export const typesOf = (received: Received[]) => received.map((each) => each.type).join('');
/** The first column of each DataRow. */
export const valuesOf = (received: Received[]) =>
  received
    .filter((each) => each.type === 'D')
    .map((each) => each.body.toString('utf8', 6, 6 + each.body.readInt32BE(2)));
