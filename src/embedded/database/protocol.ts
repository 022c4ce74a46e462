/**
 * The Postgres wire protocol, version 3, as far as the multiplexer speaks it: names of message types, the messages that it
 * says itself, and reading of C strings. Everything else passes through untouched.
 * (PostgreSQL documentation, "Frontend/Backend Protocol", "Message Formats".)
 */
const type = (letter: string): number => letter.charCodeAt(0);

export const CLIENT = {
  query: type('Q'),
  parse: type('P'),
  bind: type('B'),
  describe: type('D'),
  execute: type('E'),
  close: type('C'),
  sync: type('S'),
  flush: type('H'),
  functionCall: type('F'),
  copyData: type('d'),
  copyDone: type('c'),
  copyFail: type('f'),
  password: type('p'),
  terminate: type('X'),
} as const;

export const SERVER = {
  notification: type('A'),
  closeComplete: type('3'),
  commandComplete: type('C'),
  copyInResponse: type('G'),
  dataRow: type('D'),
  errorResponse: type('E'),
  parameterStatus: type('S'),
  parseComplete: type('1'),
  readyForQuery: type('Z'),
} as const;

/** What ReadyForQuery says: idle, in a transaction, in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E';

/** A whole message as it travels: type, length, body. */
export function message(letter: string, ...body: Uint8Array[]): Buffer {
  const header = Buffer.alloc(5);
  header.write(letter, 0, 'latin1');
  header.writeInt32BE(4 + body.reduce((sum, part) => sum + part.length, 0), 1);
  return Buffer.concat([header, ...body]);
}

export function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

/** The text from `offset` to the next NUL, and where the next field starts; throws ProtocolError when there is no NUL. */
export function readCString(bytes: Buffer, offset: number): { text: string; next: number } {
  const end = bytes.indexOf(0, offset);
  if (end < 0) throw new ProtocolError('a string in a message has no end');
  return { text: bytes.toString('utf8', offset, end), next: end + 1 };
}

/** The client does not speak the protocol: there is no way to go on with it. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export interface ServerError {
  readonly severity: 'ERROR' | 'FATAL';
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function errorResponse(error: ServerError): Buffer {
  const fields: [string, string | undefined][] = [
    ['S', error.severity],
    ['V', error.severity],
    ['C', error.code],
    ['M', error.message],
    ['H', error.hint],
  ];
  const body = fields.flatMap(([key, value]) => (value === undefined ? [] : [cString(key + value)]));
  return message('E', ...body, Buffer.of(0));
}

export function readyForQuery(status: TransactionStatus): Buffer {
  return message('Z', Buffer.from(status, 'latin1'));
}

export function parameterStatus(name: string, value: string): Buffer {
  return message('S', cString(name), cString(value));
}

export function backendKeyData(processId: number, secret: Buffer): Buffer {
  return message('K', int32(processId), secret);
}

/** Format text, no columns: clients look at neither before they send. */
export function copyInResponse(): Buffer {
  return message('G', Buffer.of(0, 0, 0));
}

export function copyFail(reason: string): Buffer {
  return message('f', cString(reason));
}

export function query(sql: string): Buffer {
  return message('Q', cString(sql));
}

export function sync(): Buffer {
  return message('S');
}

export function closeStatement(name: string): Buffer {
  return message('C', Buffer.from('S', 'latin1'), cString(name));
}

/** `R`: 0 means that the client is in, 3 asks for the password as it is. */
export function authentication(kind: 0 | 3): Buffer {
  return message('R', int32(kind));
}

/** Tells a client of a newer minor version, or with `_pq_.` options, that this is plain 3.0. */
export function negotiateProtocolVersion(unknownOptions: string[]): Buffer {
  return message('v', int32(0), int32(unknownOptions.length), ...unknownOptions.map(cString));
}

/** The first message of a connection: no type; a version and pairs of strings. */
export function startupMessage(parameters: Record<string, string>): Buffer {
  const body = Buffer.concat([
    int32(3 << 16),
    ...Object.entries(parameters).flatMap(([name, value]) => [cString(name), cString(value)]),
    Buffer.of(0),
  ]);
  return Buffer.concat([int32(4 + body.length), body]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
