import { createInterface } from 'node:readline';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { openDatabase } from '../../src/db/database.js';
import { migrate } from '../../src/db/migrate.js';
import { startEmbeddedDatabase } from '../../src/embedded/database/startEmbeddedDatabase.js';
import { APP_VERSION, launchDbos, stopDbos } from '../../src/runtime/dbos.js';
import { startExecutor } from '../../src/runtime/executors.js';
import { startSweeper } from '../../src/runtime/recovery.js';
import { startSequencer } from '../../src/runtime/sequencer.js';
import { log } from '../../src/telemetry.js';
import { setFixture, threeSteps } from './fixtureWorkflows.js';

/**
 * An executor as a process of its own: `node dist/test/support/executorProgram.js <database> <executor id>`, where the
 * database is a URL, or a directory for an embedded one It says `url <URL>` and `ready`; it understands `start <workflow id> <key> <gate>` (then says `started <workflow id>`) and `stop <drain
 * ms>` (then says `stopped` and ends).
 */
const [database = '', id = ''] = process.argv.slice(2);
const embedded = !database.startsWith('postgres');
const url = embedded ? (await startEmbeddedDatabase({ dataDir: database })).url : database;
if (embedded) await migrate({ databaseUrl: url });
const db = openDatabase(url, { max: 10 });
setFixture({ db, executor: id });
const executor = await startExecutor({ db, id, appVersion: APP_VERSION, queues: [], embedded, log });
await launchDbos({ systemDatabaseUrl: url, executorId: id, log, embedded, schedules: [] });
const sequencer = startSequencer({ db, executorId: id, log });
const sweeper = startSweeper({ db, systemDb: db, executorId: id, embedded, log, settleMs: 0 });
process.stdout.write(`url ${url}\nready\n`);

async function stop(drainMs: number): Promise<void> {
  await sweeper.stop();
  await sequencer.stop();
  await stopDbos({ drainMs });
  await executor.stop();
  await db.destroy();
  process.stdout.write('stopped\n');
  process.exit(0);
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...args] = line.split(' ');
  if (command === 'stop') void stop(Number(args[0]));
  if (command === 'start') {
    const [workflowID = '', key = '', gate = ''] = args;
    await DBOS.startWorkflow(threeSteps, { workflowID })(key, gate);
    process.stdout.write(`started ${workflowID}\n`);
  }
}
