import type { Db } from './database.js';

/** The server's own versions; one round trip. */
export async function readVersions(db: Db): Promise<{ postgres: string; pgvector: string | null }> {
  const { rows } = await db.raw<{ rows: [{ postgres: string; pgvector: string | null }] }>(
    `select current_setting('server_version') as postgres,
       (select extversion from pg_extension where extname = 'vector') as pgvector`,
  );
  return rows[0];
}
