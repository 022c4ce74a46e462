import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';

export type Migration = { name: string; up: (knex: Knex) => Promise<void>; down: (knex: Knex) => Promise<void> };

const FOLDER = new URL('../../migrations/', import.meta.url);

/**
 * The migrations by their names without extension, so that a database migrated from sources and one migrated from a
 * build agree on what has run (knex's own loader records the file's name with its extension).
 */
export const migrationSource: Knex.MigrationSource<string> = {
  async getMigrations() {
    const files = await readdir(fileURLToPath(FOLDER));
    return files
      .filter((file) => /^\d{4}_\w+\.js$/.test(file))
      .map((file) => file.replace(/\.js$/, ''))
      .sort();
  },
  getMigrationName: (name) => name,
  getMigration: (name) => import(new URL(`${name}.js`, FOLDER).href) as Promise<Migration>,
};
