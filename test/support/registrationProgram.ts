import { createInterface } from 'node:readline';
import { openDatabase } from '../../src/db/database.js';
import type { NewAgent } from '../../src/rules/registration.js';
import { setPorts, type Ports } from '../../src/ports/index.js';
import { launchDbos } from '../../src/runtime/dbos.js';
import { startRegistration } from '../../src/runtime/startRegistration.js';
import { silentLog } from './log.js';
import { connectIdentity, deriveTestSecret } from './world.js';

/**
 * Registers agents: `node dist/test/support/registrationProgram.js <database URL> <executor id> <identity URL> <key>`. It
 * says `ready`, and understands `register <agent as JSON>` (then says `started`, and `ended <outcome or error name>`).
 */
const [url = '', executorId = '', identityUrl = '', apiKey = ''] = process.argv.slice(2);
const db = openDatabase(url, { max: 5 });
const identity = connectIdentity({ url: identityUrl, apiKey });
setPorts({ db, systemDb: db, identity, clientSecret: deriveTestSecret } as Ports);
await launchDbos({
  systemDatabaseUrl: url,
  executorId,
  log: silentLog,
  embedded: !process.env['TEST_DATABASE_URL'],
  schedules: [],
});
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  const agent = JSON.parse(line.slice('register '.length)) as NewAgent;
  const { result } = await startRegistration('the same request', agent);
  process.stdout.write('started\n');
  void result.then(
    (outcome) => process.stdout.write(`ended ${outcome.outcome}\n`),
    (error: unknown) => process.stdout.write(`ended ${(error as Error).name}\n`),
  );
}
