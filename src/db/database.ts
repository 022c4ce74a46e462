import knexFactory, { type Knex } from 'knex';
import { log } from '../telemetry.js';

/** The pool, or a transaction of it: every operation takes one first, so that it runs on either. */
export type Db = Knex;

/** A statement that takes longer is ended by the server, so that no request outlives its reader by much. */
const STATEMENT_TIMEOUT_MS = 20_000;
/** The client's own limit, for a server that does not answer at all (a lost network, a stopped process). */
const QUERY_TIMEOUT_MS = 25_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Opens a pool on a Postgres URL; connections are made when they are first needed. */
export function openDatabase(url: string, { max = 10 }: { max?: number } = {}): Db {
  return knexFactory({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'moltnet',
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    },
    pool: { min: 0, max },
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
