/**
 * All connections share one session, so a prepared statement of one would be another's. Names are translated on the way in:
 * each connection has its own set. The unnamed statement cannot be renamed (parsing it again must replace it silently), so
 * it is parsed again for a connection that binds it after another one took its place.
 */
import { CLIENT, closeStatement, cString, message, readCString } from './protocol.js';

const HEADER_BYTES = 5;
const STATEMENT = 'S'.charCodeAt(0);

export class StatementNames {
  readonly #connectionId: number;
  readonly #sessionNames = new Map<string, string>();
  #unnamed: Buffer | undefined;

  constructor(connectionId: number) {
    this.#connectionId = connectionId;
  }

  /** The last Parse of the unnamed statement; undefined after a simple query, which drops it. */
  get unnamed(): Buffer | undefined {
    return this.#unnamed;
  }

  /** What makes the session's unnamed statement, another connection's until now, this one's again. */
  restoreUnnamed(): Buffer {
    return this.#unnamed ?? closeStatement('');
  }

  /** The same message as the session must see it. */
  translate(original: Buffer): Buffer {
    switch (original[0]) {
      case CLIENT.query:
        this.#unnamed = undefined;
        return original;
      case CLIENT.parse:
        if (original[HEADER_BYTES] !== 0) return this.#rename(original, HEADER_BYTES, true);
        this.#unnamed = Buffer.from(original); // a copy: the original keeps the whole chunk that it came in alive
        return original;
      case CLIENT.bind:
        return this.#rename(original, readCString(original, HEADER_BYTES).next, false);
      case CLIENT.describe:
      case CLIENT.close:
        return original[HEADER_BYTES] === STATEMENT ? this.#rename(original, HEADER_BYTES + 1, false) : original;
      default:
        return original;
    }
  }

  /** Closes what the connection leaves behind. */
  closeAll(): Buffer[] {
    return [...this.#sessionNames.values()].map(closeStatement);
  }

  /** A name that was never parsed here stays, so that the error (or a statement made by SQL's PREPARE) keeps its name. */
  #rename(original: Buffer, offset: number, parsing: boolean): Buffer {
    const { text: name, next } = readCString(original, offset);
    if (name === '') return original;
    if (parsing && !this.#sessionNames.has(name)) {
      this.#sessionNames.set(name, `connection ${this.#connectionId}, statement ${this.#sessionNames.size + 1}`);
    }
    const sessionName = this.#sessionNames.get(name);
    if (sessionName === undefined) return original;
    const letter = String.fromCharCode(original[0]!);
    return message(letter, original.subarray(HEADER_BYTES, offset), cString(sessionName), original.subarray(next));
  }
}

/** Whether these messages use the unnamed statement before they parse it. */
export function relyOnUnnamed(messages: readonly Buffer[]): boolean {
  for (const each of messages) {
    if (each[0] === CLIENT.query) return false;
    if (each[0] === CLIENT.parse && each[HEADER_BYTES] === 0) return false;
    if (usesUnnamed(each)) return true;
  }
  return false;
}

function usesUnnamed(each: Buffer): boolean {
  if (each[0] === CLIENT.bind) return each[readCString(each, HEADER_BYTES).next] === 0;
  return each[0] === CLIENT.describe && each[HEADER_BYTES] === STATEMENT && each[HEADER_BYTES + 1] === 0;
}
