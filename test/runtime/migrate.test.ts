import { expect } from 'chai';
import { openDatabase } from '../../src/db/database.js';
import { describeSchema, readExpectedSchema } from '../../src/db/describeSchema.js';
import { assertMigrated, migrate } from '../../src/db/migrate.js';
import { migrationSource } from '../../src/db/migrations.js';
import { startProgram } from '../support/childProgram.js';
import { skipBecause } from '../support/skip.js';
import { type EmptyDatabase, emptyDatabase } from '../support/emptyDatabase.js';

describe('migrating', () => {
  let database: EmptyDatabase;
  let db: ReturnType<typeof openDatabase>;

  beforeEach(async () => {
    database = await emptyDatabase();
    db = openDatabase(database.url, { max: 3 });
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  const migrator = (...flags: string[]) =>
    startProgram('src/migrate.js', flags, { DATABASE_URL: database.url, DBOS_SYSTEM_DATABASE_URL: '' });

  it('lets four processes start at once on an empty database, and each migration runs once', async function () {
    this.timeout(60_000);
    const codes = await Promise.all([1, 2, 3, 4].map(() => migrator().exited));
    expect(codes).to.deep.equal([0, 0, 0, 0]);
    const names: string[] = await db('knex_migrations').orderBy('id').pluck('name');
    expect(names).to.deep.equal(await migrationSource.getMigrations([]));
    expect(await db('migration_lock').select()).to.deep.equal([]);
  });

  it('changes nothing in a dry run', async () => {
    const report = await migrate({ databaseUrl: database.url, dryRun: true });
    expect(report.migrations).to.deep.equal(await migrationSource.getMigrations([]));
    const { rows } = await db.raw(`select relname from pg_class where relnamespace = 'public'::regnamespace`);
    expect(rows).to.deep.equal([]);
  });

  it('lets a server start on a migrated database only, and says what to run on another', async () => {
    const refused = await assertMigrated({ databaseUrl: database.url }).catch((error: unknown) => error);
    expect(refused).to.have.property('name', 'Misconfigured');
    expect(refused).to.have.property('message').that.includes('0007_runtime').and.includes('node dist/src/migrate.js');
    await migrate({ databaseUrl: database.url });
    await assertMigrated({ databaseUrl: database.url });
  });

  it('finds nothing to do the second time, nor on a database that a newer release has migrated', async () => {
    await migrate({ databaseUrl: database.url });
    await db('knex_migrations').insert({ name: '9999_newer', batch: 2, migration_time: new Date() });
    const { migrations, dbos } = await migrate({ databaseUrl: database.url });
    expect(migrations).to.deep.equal([]);
    expect(dbos.from).to.equal(dbos.to);
  });

  it('takes over from a migrator that was killed with the lock in its hand', async () => {
    await migrate({ databaseUrl: database.url });
    await db('migration_lock').insert({ name: 'migration_lock', holder: 'killed', expires_at: new Date(0) });
    await db('knex_migrations_lock').update({ is_locked: 1 });
    await db('knex_migrations').where({ name: '0007_runtime' }).delete();
    await db.raw('drop table operator_actions; drop table leases; drop table executors;');
    const { migrations } = await migrate({ databaseUrl: database.url });
    expect(migrations).to.deep.equal(['0007_runtime']);
  });

  it('stops a migrator that hung until another took the lock', async () => {
    // The lock changes hands the moment after it was taken, before the first migration.
    await db.raw(`
      create table migration_lock (name text primary key, holder text not null, expires_at timestamptz not null);
      create function hand_over() returns trigger language plpgsql as $$
        begin new.holder := 'another'; return new; end $$;
      create trigger hand_over before insert on migration_lock for each row execute function hand_over()`);
    const refused = await migrate({ databaseUrl: database.url }).catch((error: unknown) => error);
    expect(refused).to.have.property('message').that.includes('Another process took the migration over');
    expect(await db('knex_migrations').select()).to.deep.equal([]);
  });

  it('refuses a baseline for tables that differ, naming the lines, and records nothing', async () => {
    await migrate({ databaseUrl: database.url });
    await db.raw(
      'drop table knex_migrations; drop table knex_migrations_lock; alter table leases add column extra text',
    );
    const refused = await migrate({ databaseUrl: database.url, baseline: true }).catch((error: unknown) => error);
    expect(refused).to.have.property('name', 'Conflict');
    expect(refused).to.have.property('message').that.includes('+ leases: extra text');
    const { rows } = await db.raw(`select to_regclass('knex_migrations') as found`);
    expect(rows).to.deep.equal([{ found: null }]);
  });

  it('records a baseline for a database that has the tables already', async () => {
    await migrate({ databaseUrl: database.url });
    await db.raw('drop table knex_migrations; drop table knex_migrations_lock');
    const { migrations } = await migrate({ databaseUrl: database.url, baseline: true });
    expect(migrations).to.deep.equal(await migrationSource.getMigrations([]));
    expect((await migrate({ databaseUrl: database.url })).migrations).to.deep.equal([]);
  });

  it('makes the schema that migrations/schema.sql holds (npm run schema writes it)', async () => {
    await migrate({ databaseUrl: database.url });
    expect(await describeSchema(db)).to.equal(await readExpectedSchema());
  });

  it('names who must create the extension when the role may not', async function () {
    if (!process.env['TEST_DATABASE_URL']) skipBecause(this, 'the embedded database has one role');
    const role = `moltnet_role_${process.pid}`;
    await db.raw(`create role ${role} login`);
    try {
      const url = new URL(database.url);
      url.username = role;
      const refused = await migrate({ databaseUrl: url.href }).catch((error: unknown) => error);
      expect(refused).to.have.property('name', 'Misconfigured');
      expect(refused).to.have.property('message').that.includes('create extension vector');
    } finally {
      await db.raw(`drop role ${role}`);
    }
  });

  it('says how to use it when it is misused', async () => {
    const misused = migrator('--everything');
    expect(await misused.exited).to.equal(2);
    expect(misused.stderr()).to.include('usage:');
  });
});
