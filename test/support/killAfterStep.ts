import type { Knex } from 'knex';
import type { Db } from '../../src/db/database.js';
import { recoverDeadWork } from '../../src/runtime/recovery.js';
import type { ChildProgram } from './childProgram.js';
import { until } from './until.js';

const GATE = 4711;

/**
 * Lets `start` set a process to work, and kills it when it has done `step` and not yet recorded it: its record waits at a
 * gate in the database and goes with it. What it had running is queued again. Needs a real Postgres.
 */
export async function killAfterStep(db: Db, step: string, start: () => Promise<ChildProgram>): Promise<void> {
  await db.raw(`
    create function hold_record() returns trigger language plpgsql as $$
    begin
      if new.function_name = '${step}' then perform pg_advisory_lock_shared(${GATE}); end if;
      return new;
    end $$;
    create trigger hold before insert on dbos.operation_outputs for each row execute function hold_record()`);
  await db.transaction(async (trx: Knex.Transaction) => {
    await trx.raw(`select pg_advisory_xact_lock(${GATE})`);
    const victim = await start();
    const held = await until(async () => {
      const { rows } = await db.raw(`select pid from pg_locks where locktype = 'advisory' and not granted`);
      return rows.length > 0 && (rows as { pid: number }[]);
    });
    await victim.kill('SIGKILL');
    for (const { pid } of held) await db.raw('select pg_terminate_backend(?)', [pid]);
  });
  await db.raw('drop trigger hold on dbos.operation_outputs; drop function hold_record()');
  await recoverDeadWork({ db, systemDb: db, executorId: 'test' });
}
