import { createInterface } from 'node:readline';
import { openDatabase } from '../../src/db/database.js';
import { setPorts, type Ports } from '../../src/ports/index.js';
import type { GrantChange } from '../../src/rules/grants.js';
import { launchDbos } from '../../src/runtime/dbos.js';
import { startRunAs } from '../../src/runtime/startRun.js';
import { grantAccess } from '../../src/workflows/grantAccess.js';
import { revokeAccess } from '../../src/workflows/revokeAccess.js';
import { silentLog } from './log.js';

/**
 * Changes access: `node dist/test/support/grantProgram.js <database URL> <executor id>`. It says `ready`, and understands
 * a change as JSON, whose id is also that of the run; then it says `<id> <outcome>`.
 */
const [url = '', executorId = ''] = process.argv.slice(2);
const db = openDatabase(url, { max: 5 });
setPorts({ db, systemDb: db } as Ports);
await launchDbos({ systemDatabaseUrl: url, executorId, log: silentLog, embedded: false, schedules: [] });
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  const change = JSON.parse(line) as GrantChange;
  const about = { agents: [change.actorId], diaries: [change.diaryId] };
  const run =
    change.role === null
      ? await startRunAs(change.id, revokeAccess, about, { ...change, role: null })
      : await startRunAs(change.id, grantAccess, about, change);
  void run.result.then(({ outcome }) => process.stdout.write(`${change.id} ${outcome}\n`));
}
