import { expect } from 'chai';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { findDiary } from '../../src/db/diaries/readDiaries.js';
import type { GrantChange } from '../../src/rules/grants.js';
import { recoverDeadWork } from '../../src/runtime/recovery.js';
import { startProgram, type ChildProgram } from '../support/childProgram.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { insertDiary, type TestDiary } from '../support/entries.js';
import { skipBecause } from '../support/skip.js';
import { until } from '../support/until.js';
import { now } from '../support/world.js';

const GATE = 4712;

/** The gaps of a run with one step: where what it does next is held back, until the process is killed there. */
const GAPS = {
  'within its step': ['public.diary_grants', `before insert or update`, 'true'],
  'between the step and its record': ['dbos.operation_outputs', 'before insert', `new.function_name = 'changeGrant'`],
  'between the record and its end': ['dbos.workflow_status', 'before update', `new.status = 'SUCCESS'`],
} as const;
type Gap = keyof typeof GAPS;

describe('a change of access whose process is killed', function () {
  this.timeout(60_000);
  let database: FreshDatabase;
  let owned: TestDiary;
  let agentId: string;
  let programs: ChildProgram[];

  before(function () {
    if (!process.env['TEST_DATABASE_URL']) skipBecause(this, 'a held record would hold the one session of PGlite');
  });
  beforeEach(async () => {
    database = await freshDatabase();
    owned = await insertDiary(database.db);
    agentId = (await insertDiary(database.db)).ownerId;
    programs = [];
  });
  afterEach(async () => {
    await Promise.all(programs.map((program) => program.kill('SIGKILL')));
    await database.drop();
  });

  async function start(executorId: string): Promise<ChildProgram> {
    const program = startProgram('test/support/grantProgram.js', [database.url, executorId]);
    programs.push(program);
    await program.said('ready');
    return program;
  }

  const change = (role: GrantChange['role'], expectedVersion = 0): GrantChange => ({
    id: randomUUID(),
    diaryId: owned.id,
    agentId,
    role,
    actorId: owned.ownerId,
    at: now(),
    expectedVersion,
  });
  const roleNow = async () => (await findDiary(database.db, agentId, owned.id))?.role;
  const events = (): Promise<string[]> => database.db('outbox').where('diary_id', owned.id).orderBy('id').pluck('kind');

  async function apply(made: GrantChange, outcome: string): Promise<void> {
    const program = await start(`program-${made.id}`);
    program.tell(JSON.stringify(made));
    await program.said(`${made.id} ${outcome}`);
    await program.kill('SIGKILL');
  }

  async function killIn(gap: Gap, made: GrantChange): Promise<void> {
    const { db } = database;
    const [table, moment, condition] = GAPS[gap];
    await db.raw(`
      create function hold() returns trigger language plpgsql as $$
      begin
        if ${condition} then perform pg_advisory_lock_shared(${GATE}); end if;
        return new;
      end $$;
      create trigger hold ${moment} on ${table} for each row execute function hold()`);
    await db.transaction(async (trx: Knex.Transaction) => {
      await trx.raw(`select pg_advisory_xact_lock(${GATE})`);
      const victim = await start('victim');
      victim.tell(JSON.stringify(made));
      const held = await until(async () => {
        const { rows } = await db.raw(`select pid from pg_locks where locktype = 'advisory' and not granted`);
        return rows.length > 0 && (rows as { pid: number }[]);
      });
      await victim.kill('SIGKILL');
      for (const { pid } of held) await db.raw('select pg_terminate_backend(?)', [pid]);
    });
    await db.raw(`drop trigger hold on ${table}; drop function hold()`);
  }

  /** What the dead process had running goes on in another one, to its end; answers how its step ended. */
  async function recover(id: string): Promise<string> {
    await recoverDeadWork({ db: database.db, systemDb: database.db, executorId: 'test' });
    await start('survivor');
    const row = await until(async () => {
      const found: { status: string; output: string } | undefined = await database.db
        .from('dbos.workflow_status as w')
        .join('dbos.workflow_output as o', 'o.workflow_uuid', 'w.workflow_uuid')
        .where({ 'w.workflow_uuid': id, status: 'SUCCESS' })
        .first('w.status', 'o.output');
      return found;
    });
    return /"outcome":"(\w+)"/.exec(row.output)?.[1] ?? row.output;
  }

  for (const gap of Object.keys(GAPS) as Gap[]) {
    const isDone = gap !== 'within its step';

    it(`${gap}, a grant, gives what was granted, once`, async () => {
      const grant = change('reader');
      await killIn(gap, grant);
      expect(await roleNow()).to.equal(isDone ? 'reader' : undefined);
      expect(await recover(grant.id)).to.equal(gap === 'between the step and its record' ? 'already' : 'applied');
      expect(await roleNow()).to.equal('reader');
      expect(await events()).to.deep.equal(['grant.created']);
    });

    it(`${gap}, a grant, gives nothing any more if access was revoked before another process goes on with it`, async () => {
      const grant = change('writer');
      await killIn(gap, grant);
      await apply(change(null), 'applied');
      expect(await roleNow()).to.equal(undefined);
      expect(await recover(grant.id)).to.equal(isDone && gap.includes('end') ? 'applied' : 'refused');
      expect(await roleNow()).to.equal(undefined);
      expect(await events()).to.deep.equal(isDone ? ['grant.created', 'grant.revoked'] : []);
    });

    it(`${gap}, a revocation, ends the access, once`, async () => {
      await apply(change('manager'), 'applied');
      const end = change(null);
      await killIn(gap, end);
      expect(await roleNow()).to.equal(isDone ? undefined : 'manager');
      await recover(end.id);
      expect(await roleNow()).to.equal(undefined);
      expect(await events()).to.deep.equal(['grant.created', 'grant.revoked']);
    });
  }
});
