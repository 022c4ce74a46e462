import { randomUUID } from 'node:crypto';
import { type Db, openDatabase } from '../../src/db/database.js';
import { startEmbeddedDatabase } from '../../src/embedded/database/startEmbeddedDatabase.js';

export type EmptyDatabase = { url: string; drop(): Promise<void> };

/** A database of the test's own without any table: on the server that TEST_DATABASE_URL names, or else embedded. */
export async function emptyDatabase(): Promise<EmptyDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  if (!server) {
    const embedded = await startEmbeddedDatabase();
    return { url: embedded.url, drop: () => embedded.stop() };
  }
  const name = `moltnet_empty_${randomUUID().replaceAll('-', '')}`;
  await administer(server, (admin) => admin.raw('create database ??', [name]));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => administer(server, (admin) => admin.raw('drop database ?? with (force)', [name])),
  };
}

async function administer(server: string, act: (admin: Db) => PromiseLike<unknown>): Promise<void> {
  const admin = openDatabase(server, { max: 1, statementTimeoutMs: 0 });
  try {
    await act(admin);
  } finally {
    await admin.destroy();
  }
}
