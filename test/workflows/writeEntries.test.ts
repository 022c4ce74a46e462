import { DBOS } from '@dbos-inc/dbos-sdk';
import { bodyCommitment, contentHash } from '@moltnet/protocol';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { findEntry } from '../../src/db/entries/findEntry.js';
import { storeEntries as storeRows } from '../../src/db/entries/storeEntries.js';
import type { WriteOutcome } from '../../src/rules/newEntry.js';
import { digestEntry } from '../../src/rules/entryDigest.js';
import { createWriteIntake } from '../../src/runtime/writeIntake.js';
import { startRunAs } from '../../src/runtime/startRun.js';
import { writeEntries } from '../../src/workflows/writeEntries.js';
import { skipBecause } from '../support/skip.js';
import { until } from '../support/until.js';
import { draft, forkFromStart, startWorld, type Author, type World } from '../support/world.js';

describe('writeEntries', () => {
  let world: World;
  let author: Author;
  let diary: string;

  before(async () => {
    world = await startWorld();
  });
  beforeEach(async () => {
    author = await world.agent();
    diary = await world.diary(author);
  });
  after(() => world.stop());

  const countOf = async (table: string, where: object): Promise<number> =>
    Number(((await world.db(table).where(where).count()) as { count: string }[])[0]?.count);

  it('stores an entry with its event and its embedding task, hashed as the protocol says', async () => {
    const entry = draft(author, diary, 'The deploy went well.', { title: 'Deploy', tags: ['ops'], importance: 7 });
    const [outcome] = await writeEntries('run', [entry]);
    expect(outcome).to.deep.include({ outcome: 'applied', version: 1, verdict: 'new', duplicateOf: null });
    const stored = await findEntry(world.db, author.agentId, entry.id);
    expect(stored).to.deep.include({ title: 'Deploy', content: entry.content, tags: ['ops'], importance: 7 });
    expect(stored?.contentHash).to.equal(
      contentHash({
        entryId: entry.id,
        diaryId: diary,
        authorKeyId: author.keyId,
        createdAt: entry.createdAt,
        type: 'episodic',
        importance: 7,
        bodyCommitment: bodyCommitment(entry),
      }),
    );
    expect(stored?.embedding).to.equal('pending');
    expect(await countOf('outbox', { subject_id: entry.id, kind: 'entry.created' })).to.equal(1);
  });

  it('stores once and answers the same when it runs twice or is forked', async () => {
    const entry = draft(author, diary, 'Once.');
    const workflowId = randomUUID();
    const run = await startRunAs(workflowId, writeEntries, { agents: [author.agentId] }, workflowId, [entry]);
    const [first] = await run.result;
    const [again] = await writeEntries('another run', [entry]);
    const [forked] = (await forkFromStart(workflowId)) as (typeof first)[];
    expect(first).to.include({ outcome: 'applied' });
    expect(again).to.deep.equal({ ...first, outcome: 'already' });
    expect(forked).to.deep.equal({ ...first, outcome: 'already' });
    expect(await countOf('entries', { id: entry.id })).to.equal(1);
    expect(await countOf('outbox', { subject_id: entry.id })).to.equal(1);
  });

  it('stores once when fifty runs bring the same entry at once', async () => {
    const entry = draft(author, diary, 'Fifty times.');
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => writeEntries('run', [entry])));
    expect(outcomes.flat().filter((outcome) => outcome.outcome === 'applied')).to.have.length(1);
    expect(outcomes.flat().filter((outcome) => outcome.outcome === 'already')).to.have.length(49);
    expect(await countOf('outbox', { subject_id: entry.id })).to.equal(1);
  });

  it('finds the entry that another run stores while it waits for the same id', async function () {
    if (!process.env['TEST_DATABASE_URL']) skipBecause(this, 'needs two sessions, which the embedded database has not');
    const entry = draft(author, diary, 'At the same moment.');
    const other = await world.db.transaction();
    const digest = digestEntry(entry, entry.createdAt);
    await storeRows(other, 'other run', [
      { ...entry, ...digest, signature: null, signaturePath: null, exactInCall: null, nearInCall: null },
    ]);
    const writing = writeEntries('run', [entry]);
    await until(async () => {
      const { rows } = await world.db.raw<{ rows: unknown[] }>(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });
    await other.commit();
    expect((await writing)[0]).to.include({ outcome: 'already', id: entry.id });
  });

  it('refuses another payload under a taken id, and a stranger under it', async () => {
    const entry = draft(author, diary, 'First.');
    await writeEntries('run', [entry]);
    const stranger = await world.agent();
    const theirs = await world.diary(stranger);
    const [other] = await writeEntries('run', [{ ...entry, content: 'Second.' }]);
    const [foreign] = await writeEntries('run', [draft(stranger, theirs, 'First.', { id: entry.id })]);
    expect(other).to.include({ outcome: 'refused', reason: 'IdempotencyKeyReused' });
    expect(foreign).to.include({ outcome: 'refused', reason: 'Conflict' });
  });

  it("refuses a diary that is not the author's as one that does not exist", async () => {
    const stranger = await world.agent();
    const [foreign] = await writeEntries('run', [draft(stranger, diary, 'Not mine.')]);
    const [absent] = await writeEntries('run', [draft(author, randomUUID(), 'Nowhere.')]);
    expect(foreign).to.include({ outcome: 'refused', reason: 'NotFound' });
    expect(absent).to.include({ outcome: 'refused', reason: 'NotFound' });
  });

  it('stores the others of a run when the database refuses one', async () => {
    const good = draft(author, diary, 'Good.');
    const bad = draft(author, diary, 'Bad.', { tags: ['x'], importance: 5, createdAt: '2026-01-01T00:00:00.000Z' });
    await world.db.raw(`alter table entries add constraint only_for_test check (content <> 'Bad.')`);
    try {
      const outcomes = await writeEntries('run', [good, bad]);
      expect(outcomes.map((outcome) => outcome.outcome)).to.deep.equal(['applied', 'refused']);
      expect(outcomes[1]).to.deep.include({ reason: 'InvalidInput' });
      expect(JSON.stringify(outcomes[1])).to.include('only_for_test').and.not.include('Bad.');
    } finally {
      await world.db.raw('alter table entries drop constraint only_for_test');
    }
  });

  describe('the verdict', () => {
    const text =
      'The deploy of the api server to production failed because the database migration took too long and the release command timed out';

    it('names the entry that a new one repeats, in the same call and later, and says the same when asked again', async () => {
      const first = draft(author, diary, text);
      const same = draft(author, diary, text);
      const near = draft(author, diary, `${text} again`);
      const outcomes = await writeEntries('run', [first, same]);
      const [later] = await writeEntries('run', [near]);
      const [asked] = await writeEntries('run', [near]);
      expect(outcomes[1]).to.deep.include({ verdict: 'exact_duplicate', duplicateOf: first.id });
      expect(later).to.deep.include({ outcome: 'applied', verdict: 'near_duplicate', duplicateOf: first.id });
      expect(asked).to.deep.equal({ ...later, outcome: 'already' });
      expect(await countOf('entries', { diary_id: diary })).to.equal(3);
    });

    it('does not take a text for a duplicate that differs in a number, a negation or an identifier', async () => {
      await writeEntries('run', [draft(author, diary, `${text} after 30 minutes in src/migrate.ts`)]);
      const outcomes = await writeEntries('run', [
        draft(author, diary, `${text} after 40 minutes in src/migrate.ts`),
        draft(author, diary, `${text} not after 30 minutes in src/migrate.ts`),
        draft(author, diary, `${text} after 30 minutes in src/main.ts`),
      ]);
      expect(outcomes.map((outcome) => outcome.outcome !== 'refused' && outcome.verdict)).to.deep.equal([
        'new',
        'new',
        'new',
      ]);
    });

    it("never names another diary's entry", async () => {
      await writeEntries('run', [draft(author, diary, text)]);
      const [elsewhere] = await writeEntries('run', [draft(author, await world.diary(author), text)]);
      expect(elsewhere).to.deep.include({ verdict: 'new', duplicateOf: null });
    });
  });

  describe('the intake', () => {
    it('starts an idle write at once, and carries what comes meanwhile together', async () => {
      const runs: number[] = [];
      const release: (() => void)[] = [];
      const intake = createWriteIntake(async (runId, entries) => {
        runs.push(entries.length);
        const released = new Promise<void>((resolve) => {
          release.push(resolve);
        });
        return { workflowId: runId, result: released.then(() => writeEntries(runId, entries)) };
      });
      const writes = Array.from({ length: 10 }, (_, i) => intake.write([draft(author, diary, `Note ${i}`)]));
      expect(runs).to.deep.equal([1, 1]);
      release[0]?.();
      await writes[0]?.outcomes;
      await writes[2]?.runId;
      expect(runs).to.deep.equal([1, 1, 8]);
      release[1]?.();
      release[2]?.();
      const outcomes = await Promise.all(writes.map((write) => write.outcomes));
      expect(outcomes.flat().map((outcome) => outcome.outcome)).to.deep.equal(Array(10).fill('applied'));
      await intake.close();
      expect(() => intake.write([draft(author, diary, 'Late.')])).to.throw('stopping');
    });

    it('lets callers who were answered together write together again', async () => {
      const runs: number[] = [];
      const held: (() => void)[] = [];
      const intake = createWriteIntake((workflowId, entries) => {
        runs.push(entries.length);
        const result = new Promise<WriteOutcome[]>((resolve) => {
          held.push(() => resolve([]));
        });
        return Promise.resolve({ workflowId, result });
      });
      const write = () => intake.write([draft(author, diary, 'x')]).outcomes;
      const first = [write(), write()];
      const together = Array.from({ length: 8 }, write);
      for (let run = 0; run < 3; run++) (await until(() => Promise.resolve(held[run])))();
      await Promise.all([...first, ...together]);
      const again = Array.from({ length: 8 }, write);
      for (let run = 3; run < 5; run++) (await until(() => Promise.resolve(held[run])))();
      await Promise.all(again);
      expect(runs).to.deep.equal([1, 1, 8, 1, 7]);
      await intake.close();
    });

    it('names a run only when it is recorded: a start that hangs on a dead database promises nothing', async () => {
      let record: () => void = () => undefined;
      const recorded = new Promise<void>((resolve) => {
        record = resolve;
      });
      const events: string[] = [];
      const intake = createWriteIntake(async (workflowId) => {
        await recorded;
        events.push('recorded');
        return { workflowId, result: Promise.resolve([]) };
      });
      const named = intake.write([draft(author, diary, 'x')]).runId.then(() => events.push('named'));
      await new Promise(setImmediate);
      record();
      await named;
      expect(events).to.deep.equal(['recorded', 'named']);
    });

    it('tells every write of a run that failed', async () => {
      const intake = createWriteIntake(() => Promise.reject(new Error('no database')));
      const writes = [1, 2, 3].map(() => intake.write([draft(author, diary, 'x')]).outcomes);
      const results = await Promise.allSettled(writes);
      expect(results.map((result) => result.status)).to.deep.equal(['rejected', 'rejected', 'rejected']);
    });
  });

  it('is found by whom and what it is about', async () => {
    const entry = draft(author, diary, 'Findable.');
    const about = { agents: [author.agentId], entries: [entry.id] };
    const run = await startRunAs(randomUUID(), writeEntries, about, 'run', [entry]);
    await run.result;
    const found = await DBOS.listWorkflows({ attributes: { entries: [entry.id] }, limit: 10 });
    expect(found.map((status) => status.workflowID)).to.deep.equal([run.workflowId]);
  });
});
