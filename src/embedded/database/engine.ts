/**
 * PGlite as a byte engine: one call takes whole protocol messages and gives the bytes that Postgres answers. What PGlite
 * hides or gets wrong is put right here: it swallows crashes, it reads past the end of what it is given (which ends the
 * database), and its ordinary `execProtocolRaw` keeps every message it has ever answered in memory.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { DATABASE, USER } from './handshake.js';
import { CLIENT, SERVER, copyFail, readCString, startupMessage } from './protocol.js';

/** The exit status by which Postgres' own error handling leaves its main loop; PGlite goes on after it. */
const ERROR_EXIT_STATUS = 100;

/** The lines of stderr that an error quotes. Not the others: they hold statements and values, which no log may. */
const LAST_WORD = /\b(?:PANIC|FATAL):/;
const LAST_WORDS = 5;

/**
 * Closes a COPY FROM STDIN that no client data follows: Postgres would read past the end of its input and exit. Anywhere
 * else the protocol says that it is ignored. (Costs nothing measurable: 12 and 15 µs a group with and without.)
 */
const COPY_GUARD = copyFail(
  'the embedded database takes COPY FROM STDIN only as the one statement of a simple query (as psql and pg-copy-streams send it)',
);

export interface EngineOptions {
  /** Absent: in memory. */
  readonly pgDataDir?: string | undefined;
  /** A tar file of a prepared data directory, for a new database. */
  readonly template?: Uint8Array | undefined;
  /** Called when Postgres is broken beyond repair; nothing may be run after it. */
  readonly onCrash: (error: Error) => void;
}

export interface EngineVersions {
  readonly postgres: string;
  readonly pgvector: string;
  readonly pglite: string;
}

export class Engine {
  readonly #db: PGlite;

  private constructor(db: PGlite) {
    this.#db = db;
  }

  static async open({ pgDataDir, template, onCrash }: EngineOptions): Promise<Engine> {
    const stderr: string[] = [];
    const db = await PGlite.create({
      ...(pgDataDir === undefined ? {} : { dataDir: pgDataDir }),
      ...(template === undefined ? {} : { loadDataDir: new Blob([template as Uint8Array<ArrayBuffer>]) }),
      extensions: { vector },
      onStderr: (line) => {
        if (LAST_WORD.test(line) && stderr.push(line) > LAST_WORDS) stderr.shift();
        return false;
      },
    }).catch((error: unknown) => {
      throw withLastWords('Postgres did not start', error, stderr);
    });
    refusePrograms(db);
    reportCrashes(db, (error) => onCrash(withLastWords('Postgres broke', error, stderr)));
    return new Engine(db);
  }

  /** Runs whole messages; the answer is complete when this resolves. */
  async run(messages: readonly Buffer[]): Promise<Buffer> {
    const answer: Buffer[] = [];
    await this.#db.execProtocolRawStream(guardCopy(messages), {
      syncToFs: false, // only for file systems of browsers
      onRawData: (bytes) => answer.push(Buffer.from(bytes)), // a copy: the bytes lie in Postgres' own memory
    });
    return answer.length === 1 ? answer[0]! : Buffer.concat(answer);
  }

  /** What Postgres tells a client at its start, as `server_version` and `TimeZone`. */
  async readSettings(): Promise<Map<string, string>> {
    const answer = await this.run([startupMessage({ user: USER, database: DATABASE })]);
    const settings = new Map<string, string>();
    for (let start = 0; start < answer.length; start += 1 + answer.readInt32BE(start + 1)) {
      if (answer[start] !== SERVER.parameterStatus) continue;
      const name = readCString(answer, start + 5);
      settings.set(name.text, readCString(answer, name.next).text);
    }
    return settings;
  }

  async dump(): Promise<Buffer> {
    return Buffer.from(await (await this.#db.dumpDataDir('none')).arrayBuffer());
  }

  async readVersions(): Promise<EngineVersions> {
    const { rows } = await this.#db.query<{ postgres: string; pgvector: string }>(
      `SELECT current_setting('server_version') AS postgres, default_version AS pgvector
         FROM pg_available_extensions WHERE name = 'vector'`,
    );
    return { ...rows[0]!, pglite: readPgliteVersion() };
  }

  async exec(sql: string): Promise<void> {
    await this.#db.exec(sql);
  }

  async close(): Promise<void> {
    await this.#db.close();
  }
}

/** The guard goes before the message that ends the group: after an error only a Sync may be last. */
function guardCopy(messages: readonly Buffer[]): Buffer {
  const last = messages.at(-1)!;
  if (last[0] === CLIENT.query || last[0] === CLIENT.functionCall) return Buffer.concat([...messages, COPY_GUARD]);
  if (last[0] === CLIENT.sync || last[0] === CLIENT.flush) {
    return Buffer.concat([...messages.slice(0, -1), COPY_GUARD, last]);
  }
  return Buffer.concat(messages); // a COPY with its data, or the startup message
}

/** COPY … TO PROGRAM would end in an exception that PGlite swallows, and Postgres with it; a null stream is a plain error. */
function refusePrograms(db: PGlite): void {
  db.handleExternalCmd = () => 0;
}

/**
 * PGlite catches whatever its main loop throws and goes on. For the exit of Postgres' error handling that is right; after a
 * trap, a stack overflow or an exit of Postgres the session is a ruin that answers nothing, or for ever.
 */
function reportCrashes(db: PGlite, onCrash: (thrown: unknown) => void): void {
  const postgres = db.Module as unknown as { _PostgresMainLoopOnce: () => void };
  const runOnce = postgres._PostgresMainLoopOnce;
  postgres._PostgresMainLoopOnce = () => {
    try {
      runOnce();
    } catch (error) {
      if ((error as { status?: number } | null)?.status !== ERROR_EXIT_STATUS) onCrash(error);
      throw error;
    }
  };
}

/** WebAssembly only knows that it was aborted; why, Postgres has said before. */
function withLastWords(what: string, thrown: unknown, stderr: readonly string[]): Error {
  const why = thrown instanceof Error ? thrown.message : JSON.stringify(thrown);
  return new Error([`${what}: ${why}`, ...stderr].join('\n'), { cause: thrown });
}

export function readPgliteVersion(): string {
  const require = createRequire(import.meta.url);
  const manifest = join(dirname(require.resolve('@electric-sql/pglite')), '..', 'package.json');
  return (require(manifest) as { version: string }).version;
}
