/**
 * One client: its socket, its handshake, and its messages put together to groups. A group is what must reach the session in
 * one piece: everything up to a Sync, a Flush, a simple query or a function call, or a whole COPY FROM STDIN.
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { readStartup, refuse, welcome } from './handshake.js';
import { MAX_MESSAGE_BYTES, MessageReader } from './messageReader.js';
import { CLIENT, ProtocolError, copyInResponse, errorResponse, readCString, type ServerError } from './protocol.js';
import { NO_SETTINGS, settingsOfStartup, type Settings } from './sessionSettings.js';
import { isCopyFromStdin } from './sqlText.js';
import { StatementNames } from './statementNames.js';

/** As Postgres' authentication_timeout, but for a loopback: a socket without the password is not kept for long. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
const LAST_WORD_TIMEOUT_MS = 2_000;

export interface Group {
  readonly messages: readonly Buffer[];
  /** The client was already asked for its data, and here it is. */
  readonly isCopyIn: boolean;
}

export interface ConnectionEvents {
  group(connection: Connection, group: Group): void;
  /** Any byte from a client, complete or not: it is not idle. */
  activity(connection: Connection): void;
  leave(connection: Connection): void;
  /** The socket is gone, or was given up. */
  lost(connection: Connection): void;
}

export interface Admission {
  readonly password: string;
  readonly settings: ReadonlyMap<string, string>;
}

const ENDS_GROUP: ReadonlySet<number> = new Set([CLIENT.query, CLIENT.functionCall, CLIENT.sync, CLIENT.flush]);
const COPY_DATA: ReadonlySet<number> = new Set([CLIENT.copyData, CLIENT.copyDone, CLIENT.copyFail]);

export class Connection {
  readonly id: number;
  readonly channels = new Set<string>();
  readonly statements: StatementNames;
  /** As the client wants the session; NO_SETTINGS until it says something else. */
  settings: Settings = NO_SETTINGS;
  /** Set in a transaction that is still open. */
  settingsChanged = false;

  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  readonly #admission: Admission;
  readonly #reader = new MessageReader();
  readonly #deadline: NodeJS.Timeout;
  #phase: 'startup' | 'password' | 'ready' | 'copy' | 'closed' = 'startup';
  #isLeaving = false;
  #parameters: ReadonlyMap<string, string> = new Map();
  #group: Buffer[] = [];
  #groupBytes = 0;

  constructor(id: number, socket: Socket, events: ConnectionEvents, admission: Admission) {
    this.id = id;
    this.statements = new StatementNames(id);
    this.#socket = socket;
    this.#events = events;
    this.#admission = admission;
    this.#deadline = setTimeout(() => socket.destroy(), HANDSHAKE_TIMEOUT_MS);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#lose());
  }

  /** It said goodbye, in its turn: what it has sent before still counts, even if it does not wait for the answers. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  get isOpen(): boolean {
    return this.#phase !== 'closed';
  }

  send(parts: readonly Buffer[]): void {
    if (!this.isOpen || parts.length === 0) return;
    this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    this.#socket.uncork();
  }

  /** Says why, if there is a why, and hangs up; a client that does not read its last word does not hold anything meanwhile. */
  end(error?: ServerError): void {
    if (!this.isOpen) return;
    if (error) this.#socket.write(errorResponse(error));
    this.#socket.end(() => this.#socket.destroy());
    this.#socket.setTimeout(LAST_WORD_TIMEOUT_MS, () => this.#socket.destroy());
    this.#lose();
  }

  #lose(): void {
    if (!this.isOpen) return;
    this.#phase = 'closed';
    clearTimeout(this.#deadline);
    this.#events.lost(this);
  }

  #receive(chunk: Buffer): void {
    if (!this.isOpen) return;
    this.#reader.push(chunk);
    this.#events.activity(this);
    try {
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- reading a message may end the connection
      while (this.isOpen && this.#readOne());
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.end({ severity: 'FATAL', code: '08P01', message: `protocol violation: ${error.message}` });
    }
  }

  #readOne(): boolean {
    if (this.#phase === 'startup') return this.#readStartup();
    const next = this.#reader.readMessage();
    if (!next) return false;
    if (this.#phase === 'password') this.#admit(next);
    else if (next[0] === CLIENT.terminate) this.#leave();
    else if (this.#phase === 'copy') this.#collectCopy(next);
    else this.#collect(next);
    return true;
  }

  #leave(): void {
    this.#isLeaving = true;
    this.#events.leave(this);
  }

  #readStartup(): boolean {
    const packet = this.#reader.readStartup();
    if (!packet) return false;
    const startup = readStartup(packet);
    if (startup.reply) this.send([startup.reply]);
    if (startup.kind === 'session') {
      this.#parameters = startup.parameters;
      this.settings = settingsOfStartup(startup.parameters);
      this.#phase = 'password';
    } else if (startup.kind !== 'encryption') {
      this.end(); // a CancelRequest is never answered, says the protocol; here it cannot be carried out either
    }
    return true;
  }

  #admit(passwordMessage: Buffer): void {
    const refusal = refuse(this.#parameters, passwordMessage, this.#admission.password);
    if (refusal) return this.end(refusal);
    this.#phase = 'ready';
    clearTimeout(this.#deadline);
    const settings = new Map(this.#admission.settings);
    settings.set('application_name', this.#parameters.get('application_name') ?? '');
    this.send([welcome(settings, this.id, randomBytes(4))]);
  }

  #collect(next: Buffer): void {
    if (COPY_DATA.has(next[0]!)) return; // the rest of a COPY that has failed: ignored, says the protocol
    if (next[0] === CLIENT.password) throw new ProtocolError('a password is not due');
    this.#append(next);
    if (this.#group.length === 1 && mayBeCopy(next) && isCopyFromStdin(readCString(next, 5).text)) {
      this.#phase = 'copy';
      this.send([copyInResponse()]);
    } else if (ENDS_GROUP.has(next[0]!)) {
      this.#submit(false);
    }
  }

  #collectCopy(next: Buffer): void {
    if (next[0] === CLIENT.flush || next[0] === CLIENT.sync) return; // libpq may send them here; ignored, says the protocol
    if (!COPY_DATA.has(next[0]!)) throw new ProtocolError('within COPY only its data is due');
    this.#append(next);
    if (next[0] === CLIENT.copyData) return;
    this.#phase = 'ready';
    this.#submit(true);
  }

  #append(next: Buffer): void {
    this.#group.push(next);
    this.#groupBytes += next.length;
    if (this.#groupBytes > MAX_MESSAGE_BYTES) throw new ProtocolError('too much was sent without a Sync');
  }

  #submit(isCopyIn: boolean): void {
    const messages = this.#group;
    this.#group = [];
    this.#groupBytes = 0;
    this.#events.group(this, { messages, isCopyIn });
  }
}

/** A look at the first byte, so that a query of 5 MB is not read as text for nothing. */
function mayBeCopy(query: Buffer): boolean {
  return query[0] === CLIENT.query && /[\sc/-]/i.test(String.fromCharCode(query[5] ?? 0));
}
