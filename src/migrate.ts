import { parseArgs } from 'node:util';
import { readConfig } from './config.js';
import { migrate } from './db/migrate.js';
import { log } from './telemetry.js';

/** `node dist/src/migrate.js [--baseline] [--dry-run]`: exit code 0 when up to date, 1 when it failed, 2 when misused. */
const USAGE = `usage: node dist/src/migrate.js [--dry-run] [--baseline]
  --dry-run   say what would run, change nothing
  --baseline  record the migrations as run, for a database that has the tables already (they are compared first)
DATABASE_URL names the database; DBOS_SYSTEM_DATABASE_URL that of DBOS, where it is another one.`;

function readFlags(): { baseline: boolean; dryRun: boolean } {
  const { values } = parseArgs({ options: { baseline: { type: 'boolean' }, 'dry-run': { type: 'boolean' } } });
  return { baseline: values.baseline ?? false, dryRun: values['dry-run'] ?? false };
}

async function main(): Promise<number> {
  let flags;
  try {
    flags = readFlags();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return 2;
  }
  try {
    const { DATABASE_URL: databaseUrl, systemDatabaseUrl } = readConfig(process.env);
    if (!databaseUrl) {
      process.stderr.write(
        `DATABASE_URL is not set. (The embedded database is migrated when the server starts.)\n${USAGE}\n`,
      );
      return 2;
    }
    const { migrations, dbos } = await migrate({ databaseUrl, systemDatabaseUrl, ...flags });
    const done = flags.dryRun ? 'would run' : flags.baseline ? 'recorded' : 'ran';
    process.stdout.write(
      `application: ${migrations.length > 0 ? `${done} ${migrations.join(', ')}` : 'up to date'}\n` +
        `DBOS: ${dbos.from === dbos.to ? `up to date (${dbos.to})` : `${done} ${dbos.from} to ${dbos.to}`}\n`,
    );
    return 0;
  } catch (error) {
    log.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

process.exitCode = await main();
