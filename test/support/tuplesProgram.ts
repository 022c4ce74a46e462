import { createInterface } from 'node:readline';
import { openDatabase } from '../../src/db/database.js';
import { setPorts, type Ports } from '../../src/ports/index.js';
import { launchDbos } from '../../src/runtime/dbos.js';
import { startTupleSync } from '../../src/workflows/triggers.js';
import { silentLog } from './log.js';
import { connectIdentity } from './world.js';

/**
 * Mirrors access: `node dist/test/support/tuplesProgram.js <database URL> <executor id> <identity URL> <key>`. It says
 * `ready`, and understands `sync`.
 */
const [url = '', executorId = '', identityUrl = '', apiKey = ''] = process.argv.slice(2);
const db = openDatabase(url, { max: 5 });
setPorts({ db, systemDb: db, identity: connectIdentity({ url: identityUrl, apiKey }) } as Ports);
await launchDbos({ systemDatabaseUrl: url, executorId, log: silentLog, embedded: false, schedules: [] });
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin }))
  if (line === 'sync') await startTupleSync(new Date());
