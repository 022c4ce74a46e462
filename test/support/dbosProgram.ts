/**
 * A DBOS application on the database it is given. Its one workflow has two steps, each of which counts itself in a table;
 * in mode `crash` it kills itself between them, in mode `recover` it finishes what it finds.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/embedded/database/startEmbeddedDatabase.js';

const [dataDir, mode] = process.argv.slice(2) as [string, 'crash' | 'recover'];
const database = await startEmbeddedDatabase({ dataDir });
const pool = new pg.Pool({ connectionString: database.url, max: 5 });
await pool.query('CREATE TABLE IF NOT EXISTS effects (step text)');

const count = (step: string) => async () => {
  await pool.query('INSERT INTO effects VALUES ($1)', [step]);
};
const twoSteps = DBOS.registerWorkflow(
  async () => {
    await DBOS.runStep(count('first'), { name: 'first' });
    if (mode === 'crash') process.kill(process.pid, 'SIGKILL');
    await DBOS.runStep(count('second'), { name: 'second' });
    return DBOS.recv<string>('greeting', 20);
  },
  { name: 'twoSteps' },
);

const quiet = () => {};
DBOS.setConfig({
  name: 'embedded-database-test',
  systemDatabaseUrl: database.url,
  applicationVersion: 'test-1',
  executorID: 'test',
  logger: {
    debug: quiet,
    info: quiet,
    warn: (line: unknown) => console.log(`warning ${String(line)}`),
    error: console.error,
  },
});
await DBOS.launch();
const handle =
  mode === 'crash' ? await DBOS.startWorkflow(twoSteps, { workflowID: 'one' })() : DBOS.retrieveWorkflow<string>('one');
await DBOS.send('one', 'hello', 'greeting');
const greeting = await handle.getResult();
const { rows } = await pool.query('SELECT step, count(*)::int AS count FROM effects GROUP BY step ORDER BY step');
console.log(`finished ${JSON.stringify({ greeting, rows })}`);
await DBOS.shutdown();
await pool.end();
await database.stop();
