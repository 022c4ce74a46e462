/**
 * Opens the embedded database in the directory it is given and commits rows from several connections for ever, saying
 * `acknowledged <id>` after each commit. It is meant to be killed.
 */
import { writeSync } from 'node:fs';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/embedded/database/startEmbeddedDatabase.js';

const [dataDir, round] = process.argv.slice(2) as [string, string];
const { url } = await startEmbeddedDatabase({ dataDir });
const pool = new pg.Pool({ connectionString: url, max: 4 });
await pool.query('CREATE TABLE IF NOT EXISTS acknowledged (id text PRIMARY KEY, filler text)');

async function commitForEver(connection: number): Promise<void> {
  for (let number = 0; ; number++) {
    const id = `${round}-${connection}-${number}`;
    await pool.query('INSERT INTO acknowledged VALUES ($1, repeat($1, 100))', [id]);
    writeSync(1, `acknowledged ${id}\n`); // at once, so that a kill loses no word of it
  }
}

await Promise.all([0, 1, 2, 3].map(commitForEver));
