import knexFactory, { type Knex } from 'knex';
import { log } from '../telemetry.js';

/** The pool, or a transaction of it: every operation takes one first, so that it runs on either. */
export type Db = Knex;

/** A statement that takes longer is ended by the server, so that no request outlives its reader by much. */
const STATEMENT_TIMEOUT_MS = 20_000;
/** What the client adds, for a server that does not answer at all (a lost network, a stopped process). */
const ANSWER_MS = 5_000;
/** A process that hangs inside a transaction gives its row locks back before its executor's lease runs out (20 s). */
const IDLE_TRANSACTION_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;

type PoolClient = { query(text: string, done: (error: Error | undefined) => void): void };

/** Opens a pool on a Postgres URL; connections are made when they are first needed. No time limit: `statementTimeoutMs` 0. */
export function openDatabase(
  url: string,
  { max = 10, statementTimeoutMs = STATEMENT_TIMEOUT_MS }: { max?: number; statementTimeoutMs?: number } = {},
): Db {
  // Statements, not startup parameters: PgBouncer refuses a connection that brings any it does not know.
  const limits =
    `set statement_timeout = ${statementTimeoutMs}; ` +
    `set idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_MS}`;
  return knexFactory({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'moltnet',
      query_timeout: statementTimeoutMs && statementTimeoutMs + ANSWER_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    },
    pool: {
      min: 0,
      max,
      afterCreate(connection: PoolClient, done: (error: Error | undefined) => void) {
        connection.query(limits, done);
      },
    },
    // Values of a failed statement are content: they stay out of error messages.
    compileSqlOnError: false,
    acquireConnectionTimeout: CONNECT_TIMEOUT_MS * 2,
    log: {
      warn: (message: unknown) => log.warn(String(message)),
      error: (message: unknown) => log.error(String(message)),
      debug: () => undefined,
      deprecate: () => undefined,
    },
  });
}
