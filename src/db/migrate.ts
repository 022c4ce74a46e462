import { DBOS } from '@dbos-inc/dbos-sdk';
import { allMigrations } from '@dbos-inc/dbos-sdk/internal/sysdb_migrations/internal/migrations';
import type { Knex } from 'knex';
import { AppError } from '../errors.js';
import { type Log, log as processLog } from '../telemetry.js';
import { checkServer } from './checkServer.js';
import { type Db, openDatabase } from './database.js';
import { describeSchema, readExpectedSchema } from './describeSchema.js';
import { type MigrationLock, withMigrationLock } from './migrationLock.js';
import { type Migration, migrationSource } from './migrations.js';

/** Long for a table that is in use, short enough that a migration waiting for its lock never stops the traffic for long. */
const LOCK_TIMEOUT_MS = 10_000;
/** Enough to see what is wrong; a wholly other database would fill the screen. */
const MAX_DIFFERENCES = 40;

export type MigrationReport = {
  /** Application migrations that ran, were recorded by a baseline, or would run. */
  migrations: string[];
  /** DBOS's own schema, before and after. */
  dbos: { from: number; to: number };
};

/** What has run: nothing where knex's table does not exist yet. */
async function listRun(db: Db): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { found: boolean }[] }>(
    `select to_regclass('knex_migrations') is not null as found`,
  );
  return rows[0]?.found ? db('knex_migrations').orderBy('id').pluck('name') : [];
}

/** The version of DBOS's schema; 0 where the database or the schema is not there yet. */
async function readDbosVersion(systemDatabaseUrl: string): Promise<number> {
  const systemDb = openDatabase(systemDatabaseUrl, { max: 1 });
  try {
    const { rows } = await systemDb.raw<{ rows: { found: boolean }[] }>(
      `select to_regclass('dbos.dbos_migrations') is not null as found`,
    );
    if (!rows[0]?.found) return 0;
    const versions = await systemDb.raw<{ rows: { version: string }[] }>(`select version from dbos.dbos_migrations`);
    return Math.max(0, ...versions.rows.map((row) => Number(row.version)));
  } catch (error) {
    if ((error as { code?: string }).code === '3D000') return 0;
    throw error;
  } finally {
    await systemDb.destroy();
  }
}

/** The migrations, each of which first makes sure that this process still holds the lock. */
function guarded(lock: MigrationLock): Knex.MigrationSource<string> {
  return {
    ...migrationSource,
    async getMigration(name) {
      const { up, down } = (await migrationSource.getMigration(name)) as Migration;
      return {
        async up(knex) {
          await lock.assertHeld(knex);
          await knex.raw(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
          await up(knex);
        },
        down,
      };
    },
  };
}

/** A database ahead of this code is that of a newer release, which a rollback must be able to start beside. */
const AHEAD_IS_FINE = { disableMigrationsListValidation: true };

async function migrateApplication(db: Db, lock: MigrationLock): Promise<string[]> {
  const migrationConfig = { migrationSource: guarded(lock), ...AHEAD_IS_FINE };
  // Under our lock nobody else migrates, so what knex's lock says is a killed migrator's word.
  if ((await listRun(db)).length > 0) await db.migrate.forceFreeMigrationsLock(migrationConfig);
  const [, names] = (await db.migrate.latest(migrationConfig)) as [number, string[]];
  return names;
}

/** Records every migration as run, for a database that has the tables already. Throws Conflict when they differ. */
async function recordBaseline(db: Db): Promise<string[]> {
  const missing = difference(await readExpectedSchema(), await describeSchema(db));
  if (missing.length > 0) {
    throw new AppError(
      'Conflict',
      `No baseline: the database differs from what the migrations make (- expected, + found):\n${missing.join('\n')}`,
    );
  }
  const run = await listRun(db);
  const names = (await migrationSource.getMigrations([])).filter((name) => !run.includes(name));
  // Any call that lists makes knex's tables in its own shape.
  await db.migrate.list({ migrationSource, ...AHEAD_IS_FINE });
  if (names.length > 0) {
    await db('knex_migrations').insert(names.map((name) => ({ name, batch: 1, migration_time: new Date() })));
  }
  return names;
}

/** Each line of a schema with the object that it belongs to, so that equal lines of two tables do not stand for each other. */
function qualifiedLines(schema: string): string[] {
  return schema.split(/\n\n(?=create )/i).flatMap((statement) => {
    const [head = '', ...lines] = statement.trim().split('\n');
    const name = head.replace(/^create (or replace )?(\w+) |[ (]+$/gi, '');
    return [head, ...lines.map((line) => `${name}: ${line.trim().replace(/,$/, '')}`)];
  });
}

function difference(expected: string, found: string): string[] {
  const [wanted, there] = [qualifiedLines(expected), qualifiedLines(found)];
  return [
    ...wanted.filter((line) => !there.includes(line)).map((line) => `- ${line}`),
    ...there.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`),
  ].slice(0, MAX_DIFFERENCES);
}

async function migrateDbos(
  systemDatabaseUrl: string,
  { dryRun }: { dryRun: boolean },
): Promise<{ from: number; to: number }> {
  const from = await readDbosVersion(systemDatabaseUrl);
  const to = Math.max(from, allMigrations('dbos').length);
  if (from < to && !dryRun) await DBOS.migrate(systemDatabaseUrl);
  return { from, to };
}

/**
 * Brings both schemas up to date: the application's tables and DBOS's. Any number of processes may call it at once; one
 * works, the others wait and find nothing to do. With `dryRun` nothing is written; with `baseline` the application's
 * migrations are recorded as run after the tables were compared. Throws Misconfigured for a server that will not do.
 */
export async function migrate({
  databaseUrl,
  systemDatabaseUrl = databaseUrl,
  baseline = false,
  dryRun = false,
  log = processLog,
}: {
  databaseUrl: string;
  systemDatabaseUrl?: string | undefined;
  baseline?: boolean;
  dryRun?: boolean;
  log?: Log;
}): Promise<MigrationReport> {
  const db = openDatabase(databaseUrl, { max: 2, statementTimeoutMs: 0 });
  try {
    await checkServer(db, log);
    if (dryRun) {
      const run = await listRun(db);
      const migrations = (await migrationSource.getMigrations([])).filter((name) => !run.includes(name));
      return { migrations, dbos: await migrateDbos(systemDatabaseUrl, { dryRun }) };
    }
    return await withMigrationLock(db, log, async (lock) => ({
      migrations: baseline ? await recordBaseline(db) : await migrateApplication(db, lock),
      dbos: await migrateDbos(systemDatabaseUrl, { dryRun }),
    }));
  } finally {
    await db.destroy();
  }
}

/** Throws Misconfigured, with the command to run, where a migration is missing: for a start that must not migrate. */
export async function assertMigrated(urls: {
  databaseUrl: string;
  systemDatabaseUrl?: string | undefined;
}): Promise<void> {
  const { migrations, dbos } = await migrate({ ...urls, dryRun: true });
  if (migrations.length === 0 && dbos.from === dbos.to) return;
  const missing = [...migrations, ...(dbos.from < dbos.to ? [`DBOS ${dbos.from} to ${dbos.to}`] : [])].join(', ');
  throw new AppError(
    'Misconfigured',
    `The database is not migrated (${missing}): run "node dist/src/migrate.js" once.`,
  );
}
