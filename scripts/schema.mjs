/** Writes migrations/schema.sql: what the migrations make, as the catalog of a freshly migrated database tells it. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const load = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { openDatabase } = await load('src/db/database.js');
const { migrationSource } = await load('src/db/migrations.js');
const { describeSchema } = await load('src/db/describeSchema.js');
const { emptyDatabase } = await load('test/support/emptyDatabase.js');

const database = await emptyDatabase();
const db = openDatabase(database.url, { max: 1 });
try {
  await db.migrate.latest({ migrationSource });
  const header = '-- Made from the migrations by `npm run schema`; a test compares it with a migrated database.\n\n';
  writeFileSync(join(root, 'migrations', 'schema.sql'), header + (await describeSchema(db)));
} finally {
  await db.destroy();
  await database.drop();
}
