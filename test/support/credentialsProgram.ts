import { createInterface } from 'node:readline';
import { openDatabase } from '../../src/db/database.js';
import { setPorts, type Ports } from '../../src/ports/index.js';
import { launchDbos } from '../../src/runtime/dbos.js';
import { startAttempt } from '../../src/runtime/startAttempt.js';
import { recoverAgent } from '../../src/workflows/recoverAgent.js';
import { revokeKey } from '../../src/workflows/revokeKey.js';
import { rotateKey } from '../../src/workflows/rotateKey.js';
import { rotateSecret } from '../../src/workflows/rotateSecret.js';
import { silentLog } from './log.js';
import { API, MCP } from './registration.js';
import { connectIdentity, deriveTestSecret } from './world.js';

/**
 * Changes credentials: `node dist/test/support/credentialsProgram.js <database URL> <executor id> <identity URL> <key>`. It says
 * `ready`, and understands `<workflow> <input as JSON>` (then says `ended <outcome or error name>`).
 */
const WORKFLOWS = {
  rotateKey: { workflow: rotateKey },
  revokeKey: { workflow: revokeKey },
  rotateSecret: { workflow: rotateSecret, queue: 'identity' },
  recoverAgent: { workflow: recoverAgent, queue: 'identity' },
} as const;

const [url = '', executorId = '', identityUrl = '', apiKey = ''] = process.argv.slice(2);
const db = openDatabase(url, { max: 5 });
const identity = connectIdentity({ url: identityUrl, apiKey });
setPorts({ db, systemDb: db, identity, tokenAudiences: [API, MCP], clientSecret: deriveTestSecret } as Ports);
await launchDbos({
  systemDatabaseUrl: url,
  executorId,
  log: silentLog,
  embedded: !process.env['TEST_DATABASE_URL'],
  schedules: [],
});
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  const at = line.indexOf(' ');
  const name = line.slice(0, at) as keyof typeof WORKFLOWS;
  const input = JSON.parse(line.slice(at)) as { agentId: string };
  const { workflow, ...where } = WORKFLOWS[name];
  const attempt = { name, agentId: input.agentId, key: 'the same request', ...where };
  const { result } = await startAttempt(
    workflow as unknown as (given: typeof input) => Promise<{ outcome: string }>,
    attempt,
    input,
  );
  void result.then(
    ({ outcome }) => process.stdout.write(`ended ${outcome}\n`),
    (error: unknown) => process.stdout.write(`ended ${(error as Error).name}\n`),
  );
}
