import { createInterface } from 'node:readline';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { openDatabase } from '../../src/db/database.js';
import { APP_VERSION, launchDbos, stopDbos } from '../../src/runtime/dbos.js';
import { startExecutor } from '../../src/runtime/executors.js';
import { startSweeper } from '../../src/runtime/recovery.js';
import { startSequencer } from '../../src/runtime/sequencer.js';
import { log } from '../../src/telemetry.js';
import { setFixture, threeSteps, ticking } from './fixtureWorkflows.js';

/**
 * An executor as a process of its own: `node dist/test/support/executorProgram.js <database URL> <executor id> [schedule]`.
 * It says `ready`; it understands `start <workflow id> <key> <gate>` (then says `started <workflow id>`) and `stop <drain
 * ms>` (then says `stopped` and ends).
 */
const [url = '', id = '', schedule] = process.argv.slice(2);
const db = openDatabase(url, { max: 10 });
setFixture({ db, executor: id });
const executor = await startExecutor({ db, id, appVersion: APP_VERSION, queues: [], embedded: false, log });
const schedules = schedule
  ? [{ name: 'fixtureTick', cron: '* * * * * *', workflow: ticking, queue: 'maintenance', why: 'test' } as const]
  : [];
await launchDbos({ systemDatabaseUrl: url, executorId: id, log, embedded: false, schedules });
const sequencer = startSequencer({ db, executorId: id, log });
const sweeper = startSweeper({ db, systemDb: db, executorId: id, embedded: false, log, settleMs: 0 });
process.stdout.write('ready\n');

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
