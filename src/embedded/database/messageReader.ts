/**
 * Cuts the bytes of a socket into messages. A large message arrives in many chunks; they are joined once, when it is
 * complete, so that 5 MB cost one copy and not one per chunk.
 */
import { CLIENT, ProtocolError } from './protocol.js';

/** Postgres' own bound for the first message of a connection. */
const MAX_STARTUP_BYTES = 10_000;
/** Postgres ends the session, here the whole database, when a message of a short type is longer than this. */
const MAX_SHORT_MESSAGE_BYTES = 10_000;
/** Bounds what one client can make the worker hold; Postgres stops at 1 GB. */
export const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

const LONG_TYPES: ReadonlySet<number> = new Set([
  CLIENT.query,
  CLIENT.parse,
  CLIENT.bind,
  CLIENT.functionCall,
  CLIENT.copyData,
]);
const SHORT_TYPES: ReadonlySet<number> = new Set(Object.values(CLIENT).filter((known) => !LONG_TYPES.has(known)));

export class MessageReader {
  #chunks: Buffer[] = [];
  #available = 0;
  #wanted = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#available += chunk.length;
  }

  /** The next startup packet, undefined until it is complete; throws ProtocolError. */
  readStartup(): Buffer | undefined {
    return this.#read(8, (bytes) => {
      const length = bytes.readInt32BE(0);
      if (length < 8 || length > MAX_STARTUP_BYTES)
        throw new ProtocolError('the first message has an impossible length');
      return length;
    });
  }

  /** The next message, undefined until it is complete; throws ProtocolError for a type or length no client may send. */
  readMessage(): Buffer | undefined {
    return this.#read(5, (bytes) => {
      const length = bytes.readInt32BE(1);
      if (length < 4 || length > longestOf(bytes[0]!)) throw new ProtocolError('a message has an impossible length');
      return 1 + length;
    });
  }

  #read(headerBytes: number, lengthOf: (bytes: Buffer) => number): Buffer | undefined {
    if (this.#available < Math.max(headerBytes, this.#wanted)) return undefined;
    const bytes = this.#join();
    this.#wanted = lengthOf(bytes);
    if (bytes.length < this.#wanted) return undefined;
    const message = bytes.subarray(0, this.#wanted);
    const rest = bytes.subarray(this.#wanted);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#available = rest.length;
    this.#wanted = 0;
    return message;
  }

  #join(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }
}

function longestOf(messageType: number): number {
  if (LONG_TYPES.has(messageType)) return MAX_MESSAGE_BYTES;
  if (SHORT_TYPES.has(messageType)) return MAX_SHORT_MESSAGE_BYTES;
  throw new ProtocolError(`there is no message of type ${JSON.stringify(String.fromCharCode(messageType))}`);
}
