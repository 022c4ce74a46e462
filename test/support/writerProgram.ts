import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { openDatabase } from '../../src/db/database.js';
import { startSequencer } from '../../src/runtime/sequencer.js';
import { log } from '../../src/telemetry.js';

/**
 * Writes outbox rows from eight connections at once and sequences them: `node dist/test/support/writerProgram.js <database
 * URL> <executor id>`. Transactions take uneven time, so that ids commit out of order; every second row becomes a leaf. It says `ready`, and understands
 * `write <count>` (then says `wrote`) and `stop`.
 */
const [url = '', id = ''] = process.argv.slice(2);
const WRITERS = 8;
const DIARY = '5ad1a2f0-7b3c-4a58-9f1e-000000000001';
const db = openDatabase(url, { max: WRITERS + 2 });
const sequencer = startSequencer({ db, executorId: id, log });
process.stdout.write('ready\n');

async function write(count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    await db.transaction(async (trx) => {
      const subject = { agent_id: randomUUID(), subject_id: randomUUID(), data: { writer: id } };
      const leaf = { kind: 'entry.created', diary_id: DIARY, subject_hash: 'ab'.repeat(32) };
      await trx('outbox').insert([
        { ...subject, ...leaf },
        { ...subject, kind: 'test' },
      ]);
      await trx.raw('select pg_sleep(random() / 200)');
    });
    sequencer.wake();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, count] = line.split(' ');
  if (command === 'write') {
    void Promise.all(Array.from({ length: WRITERS }, () => write(Number(count)))).then(() =>
      process.stdout.write('wrote\n'),
    );
  }
  if (command === 'stop') {
    await sequencer.stop();
    process.exit(0);
  }
}
