import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import knexFactory from 'knex';
import { openDatabase, type Db } from '../../src/db/database.js';
import { migrate } from '../../src/db/migrate.js';
import { migrationSource } from '../../src/db/migrations.js';
import { startEmbeddedDatabase } from '../../src/embedded/database/startEmbeddedDatabase.js';
import { silentLog } from './log.js';

export interface FreshDatabase {
  db: Db;
  url: string;
  drop(): Promise<void>;
}

/**
 * A migrated database of the test's own. With TEST_DATABASE_URL it is copied, on that server, from a template that is
 * migrated once per set of migrations; otherwise it is embedded, in memory. DBOS's schema is in it too.
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  return server ? copyTemplate(server) : migrateEmbedded();
}

async function migrateEmbedded(): Promise<FreshDatabase> {
  const database = await startEmbeddedDatabase();
  await migrate({ databaseUrl: database.url, log: silentLog });
  const db = openDatabase(database.url, { max: 5 });
  return {
    db,
    url: database.url,
    async drop() {
      await db.destroy();
      await database.stop();
    },
  };
}

async function copyTemplate(server: string): Promise<FreshDatabase> {
  const template = await prepareTemplate(server);
  const name = `moltnet_test_${randomUUID().replaceAll('-', '')}`;
  await administer(server, (admin) => admin.raw('create database ?? template ??', [name, template]));
  const url = urlOf(server, name);
  const db = openDatabase(url, { max: 5 });
  return {
    db,
    url,
    async drop() {
      await db.destroy();
      await administer(server, (admin) => admin.raw('drop database ?? with (force)', [name]));
    },
  };
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function administer<T>(server: string, act: (admin: Db) => PromiseLike<T>): Promise<T> {
  const admin = knexFactory({ client: 'pg', connection: server, pool: { min: 0, max: 1 } });
  try {
    return await act(admin);
  } finally {
    await admin.destroy();
  }
}

let template: Promise<string> | undefined;

/** Named after the migrations' sources, so that two checkouts on one server do not meet. */
function prepareTemplate(server: string): Promise<string> {
  template ??= (async () => {
    const digest = createHash('sha256');
    for (const name of await migrationSource.getMigrations([])) {
      digest.update(await readFile(new URL(`../../migrations/${name}.js`, import.meta.url)));
    }
    const name = `moltnet_template_${digest.digest('hex').slice(0, 16)}`;
    await createTemplate(server, name);
    return name;
  })();
  return template;
}

async function createTemplate(server: string, name: string): Promise<void> {
  await administer(server, async (admin) => {
    const { rows } = await admin.raw('select 1 from pg_database where datname = ?', [name]);
    if (rows.length > 0) return;
    const building = `${name}_${process.pid}`;
    await admin.raw('create database ??', [building]);
    await migrate({ databaseUrl: urlOf(server, building), log: silentLog });
    await admin.raw('alter database ?? rename to ??', [building, name]);
  });
}
