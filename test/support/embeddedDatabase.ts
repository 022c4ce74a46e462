/** Databases and clients for tests, closed when the test that asked for them is over. */
import { after, afterEach } from 'mocha';
import pg from 'pg';
import {
  startEmbeddedDatabase,
  type EmbeddedDatabase,
  type EmbeddedDatabaseOptions,
} from '../../src/embedded/database/startEmbeddedDatabase.js';

/** One database in memory for all tests of a `describe`, stopped after them. Call it in the body of the `describe`. */
export function useEmbeddedDatabase(options: EmbeddedDatabaseOptions = {}): () => EmbeddedDatabase {
  let database: EmbeddedDatabase | undefined;
  before(async () => (database = await startEmbeddedDatabase(options)));
  after(async () => database?.stop());
  return () => database!;
}

/** Connected clients, ended after each test. Call it in the body of the `describe`. */
export function useClients(url: () => string): (options?: pg.ClientConfig) => Promise<pg.Client> {
  const open: pg.Client[] = [];
  afterEach(async () => {
    await Promise.allSettled(open.splice(0).map((client) => client.end()));
  });
  return async (options = {}) => {
    const client = new pg.Client({ connectionString: url(), ...options });
    client.on('error', () => {}); // a test that wants it adds its own
    open.push(client);
    await client.connect();
    return client;
  };
}
