/**
 * Shares PGlite's one session between many connections. A group runs in one piece; a connection whose group leaves the
 * session in a transaction, or waiting for a Sync, keeps the session until ReadyForQuery says that it is idle; all others wait
 * their turn. So transactions are serial: isolated from each other, and a lock to nobody.
 */
import type { Socket } from 'node:net';
import { readAnswer, type Answer } from './answer.js';
import { Connection, type Admission, type ConnectionEvents, type Group } from './connection.js';
import type { Engine } from './engine.js';
import { CLIENT, ProtocolError, SERVER, query, readCString, sync } from './protocol.js';
import { NO_SETTINGS, READ_SETTINGS, settingsOfAnswer, type Settings } from './sessionSettings.js';
import { changesSession, findListenCommands } from './sqlText.js';
import { relyOnUnnamed } from './statementNames.js';

export interface MultiplexerOptions extends Admission {
  /** How long a transaction may stand still before it is rolled back for those who wait. */
  readonly idleTransactionMs: number;
}

interface Turn {
  readonly connection: Connection;
  readonly act: () => Promise<void>;
}

export class Multiplexer implements ConnectionEvents {
  readonly #engine: Engine;
  readonly #options: MultiplexerOptions;
  readonly #connections = new Set<Connection>();
  /** First come, first served, except that the owner of the session goes before all others. */
  #turns: Turn[] = [];
  #owner: Connection | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #isPumping = false;
  #pumped: Promise<void> = Promise.resolve();
  #lastId = 0;

  // What the session has at the moment, and whose it is.
  #settings: Settings = NO_SETTINGS;
  #unnamedStatementOf: Connection | undefined;
  #isDeaf = false;

  constructor(engine: Engine, options: MultiplexerOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  accept(socket: Socket): void {
    this.#connections.add(new Connection(++this.#lastId, socket, this, this.#options));
  }

  /** Lets the group that runs end, tells every client why it is over, and rolls back what is open. */
  async stop(): Promise<void> {
    const message = 'the embedded database is stopping';
    for (const connection of [...this.#connections]) connection.end({ severity: 'FATAL', code: '57P01', message });
    await this.#pumped;
  }

  group(connection: Connection, group: Group): void {
    this.#enqueue({ connection, act: () => this.#run(connection, group) });
  }

  leave(connection: Connection): void {
    this.#enqueue({ connection, act: async () => connection.end() });
  }

  lost(connection: Connection): void {
    this.#connections.delete(connection);
    if (!connection.isLeaving) this.#turns = this.#turns.filter((turn) => turn.connection !== connection);
    this.#enqueue({ connection, act: () => this.#cleanUp(connection) });
  }

  activity(connection: Connection): void {
    if (connection === this.#owner) this.#idleTimer?.refresh();
  }

  #enqueue(turn: Turn): void {
    if (turn.connection === this.#owner) this.#stopIdleTimer();
    this.#turns.push(turn);
    if (!this.#isPumping) this.#pumped = this.#pump();
  }

  /** A failure here is the engine's: it ends the worker. */
  async #pump(): Promise<void> {
    this.#isPumping = true;
    for (let turn = this.#nextTurn(); turn; turn = this.#nextTurn()) {
      await turn.act();
      this.#startIdleTimer();
    }
    this.#isPumping = false;
  }

  #nextTurn(): Turn | undefined {
    const owner = this.#owner;
    const index = owner ? this.#turns.findIndex((turn) => turn.connection === owner) : 0;
    return index < 0 ? undefined : this.#turns.splice(index, 1)[0];
  }

  async #run(connection: Connection, group: Group): Promise<void> {
    try {
      if (!(await this.#switchSettings(connection))) return;
      const answer = await this.#runGroup(connection, group);
      connection.send(answer.forward);
      this.#noteChanges(connection, group, answer);
      if (answer.status === 'I') await this.#settleChanges(connection);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      connection.end({ severity: 'FATAL', code: '08P01', message: `protocol violation: ${error.message}` });
    }
  }

  /** False when the connection asks for settings that Postgres refuses: then it gets Postgres' error and is over. */
  async #switchSettings(connection: Connection): Promise<boolean> {
    if (this.#owner === connection || this.#settings === connection.settings) return true;
    const answer = await this.#ask(connection, [query(connection.settings)]);
    if (answer.failed) {
      connection.send(answer.forward);
      connection.end();
      return false;
    }
    this.#settings = connection.settings;
    return true;
  }

  /** Slips in what makes the unnamed statement this connection's own again, where the group relies on it. */
  async #runGroup(connection: Connection, group: Group): Promise<Answer> {
    const { statements } = connection;
    if (this.#unnamedStatementOf === connection || !relyOnUnnamed(group.messages)) {
      const messages = group.messages.map((each) => statements.translate(each));
      return this.#ask(connection, messages, group.isCopyIn ? SERVER.copyInResponse : undefined);
    }
    const hidden = statements.unnamed ? SERVER.parseComplete : SERVER.closeComplete;
    const messages = [statements.restoreUnnamed(), ...group.messages.map((each) => statements.translate(each))];
    return this.#ask(connection, messages, hidden);
  }

  async #ask(connection: Connection, messages: readonly Buffer[], hidden?: number): Promise<Answer> {
    const answer = readAnswer(await this.#engine.run(messages), hidden);
    this.#owner = answer.status === 'I' ? undefined : connection;
    for (const each of messages) {
      if (each[0] === CLIENT.query) this.#unnamedStatementOf = undefined;
      if (each[0] === CLIENT.parse && each[5] === 0) this.#unnamedStatementOf = connection;
    }
    for (const { channel, bytes } of answer.notifications) {
      bytes.writeInt32BE(connection.id, 5); // the sender, as its own BackendKeyData has it
      for (const each of this.#connections) if (each.channels.has(channel)) each.send([bytes]);
    }
    return answer;
  }

  #noteChanges(connection: Connection, group: Group, { commandTags }: Answer): void {
    const has = (...tags: string[]) => commandTags.some((tag) => tags.includes(tag));
    if (has('LISTEN', 'UNLISTEN', 'DISCARD ALL')) {
      listen(connection, textsOf(connection, group));
      if (has('DISCARD ALL')) connection.channels.clear();
      if (has('UNLISTEN', 'DISCARD ALL')) this.#isDeaf = true;
    }
    if (has('SET', 'RESET', 'DISCARD ALL') && textsOf(connection, group).some(changesSession)) {
      connection.settingsChanged = true;
    }
  }

  /** Outside a transaction: the session listens to what any connection wants to hear; the connection's settings are known. */
  async #settleChanges(connection: Connection): Promise<void> {
    if (this.#isDeaf) {
      this.#isDeaf = false;
      const channels = new Set([...this.#connections].flatMap((each) => [...each.channels]));
      const sql = [...channels].map((channel) => `LISTEN "${channel.replaceAll('"', '""')}"`).join(';');
      if (sql !== '') await this.#ask(connection, [query(sql)]);
    }
    if (connection.settingsChanged) {
      connection.settingsChanged = false;
      connection.settings = settingsOfAnswer((await this.#ask(connection, [query(READ_SETTINGS)])).forward);
      this.#settings = connection.settings;
    }
  }

  /** After a client is gone: whatever it has left open is ended, and what it has prepared is dropped. */
  async #cleanUp(connection: Connection): Promise<void> {
    if (this.#owner === connection) {
      const { status } = await this.#ask(connection, [sync()]);
      if (status !== 'I') await this.#ask(connection, [query('ROLLBACK')]);
    }
    const leftovers = connection.statements.closeAll();
    if (leftovers.length > 0) await this.#ask(connection, [...leftovers, sync()]);
  }

  #startIdleTimer(): void {
    this.#stopIdleTimer();
    const owner = this.#owner;
    if (!owner) return;
    const { idleTransactionMs } = this.#options;
    const message = `terminating connection: idle in a transaction for ${idleTransactionMs} ms while all others wait`;
    const hint = 'The embedded database has one session: do nothing slow inside a transaction.';
    this.#idleTimer = setTimeout(
      () => owner.end({ severity: 'FATAL', code: '25P03', message, hint }),
      idleTransactionMs,
    );
  }

  #stopIdleTimer(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
  }
}

/** The SQL that a group brings, with the unnamed statement's, which an earlier group may have brought. */
function textsOf(connection: Connection, group: Group): string[] {
  const former = connection.statements.unnamed;
  return (former ? [...group.messages, former] : group.messages).flatMap((message) => {
    if (message[0] === CLIENT.query) return [readCString(message, 5).text];
    if (message[0] === CLIENT.parse) return [readCString(message, readCString(message, 5).next).text];
    return [];
  });
}

function listen(connection: Connection, texts: readonly string[]): void {
  for (const { kind, channel } of texts.flatMap(findListenCommands)) {
    if (channel === undefined) connection.channels.clear();
    else if (kind === 'listen') connection.channels.add(channel);
    else connection.channels.delete(channel);
  }
}
