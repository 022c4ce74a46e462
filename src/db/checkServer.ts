import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import type { Db } from './database.js';

const OLDEST_POSTGRES = 15;
/** The oldest that everything here is tested on. */
const GOOD_PGVECTOR = [0, 8, 6] as const;

type Facts = {
  server: number;
  database: string;
  role: string;
  installed: string | null;
  available: string | null;
  mayInstall: boolean;
};

const FACTS = `
  select current_setting('server_version_num')::int / 10000 as server, current_database() as database, current_user as role,
    (select extversion from pg_extension where extname = 'vector') as installed,
    (select default_version from pg_available_extensions where name = 'vector') as available,
    (select rolsuper from pg_roles where rolname = current_user)
      or (has_database_privilege(current_database(), 'create')
          and exists (select from pg_available_extension_versions where name = 'vector' and trusted)) as "mayInstall"`;

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const at = than.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return at >= 0 && (parts[at] ?? 0) < (than[at] ?? 0);
}

/**
 * Refuses a server that the migrations cannot succeed on, before they change anything, with the remedy. Throws
 * Misconfigured.
 */
export async function checkServer(db: Db, log: Log): Promise<void> {
  const { rows } = await db.raw<{ rows: [Facts] }>(FACTS);
  const { server, database, role, installed, available, mayInstall } = rows[0];
  if (server < OLDEST_POSTGRES) {
    throw new AppError('Misconfigured', `Postgres ${server} is too old: use ${OLDEST_POSTGRES} or newer.`);
  }
  const version = installed ?? available;
  if (!version) {
    throw new AppError(
      'Misconfigured',
      `The database server has no pgvector. Install it there (the package is postgresql-${server}-pgvector on Debian), then migrate again.`,
    );
  }
  if (!installed && !mayInstall) {
    throw new AppError(
      'Misconfigured',
      `The role ${role} may not create extensions. Let a superuser run "create extension vector" in the database ${database}, then migrate again.`,
    );
  }
  if (isOlder(version, GOOD_PGVECTOR)) {
    log.warn(
      `pgvector ${version} is older than ${GOOD_PGVECTOR.join('.')}: upgrade it, then "alter extension vector update"`,
    );
  }
}
