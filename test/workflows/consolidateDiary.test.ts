import { DBOS } from '@dbos-inc/dbos-sdk';
import { generateKeyPair, keyId } from '@moltnet/protocol';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { NOTES } from '../../bench/data/topics.js';
import { storeConsolidator } from '../../src/db/agents/storeConsolidator.js';
import { findDueDiaries } from '../../src/db/consolidation/findDueDiaries.js';
import { findConsolidationRun, listGroups } from '../../src/db/consolidation/runs.js';
import { findEntry } from '../../src/db/entries/findEntry.js';
import { listRelations } from '../../src/db/relations/relations.js';
import { DEFAULT_LIMITS, type ConsolidationRequest } from '../../src/rules/consolidation/run.js';
import { verifyEntry } from '../../src/rules/verifyEntry.js';
import { applyGroups, groupSelected, selectSources } from '../../src/steps/consolidate.js';
import { consolidateDiary } from '../../src/workflows/consolidateDiary.js';
import { consolidateDue } from '../../src/workflows/consolidateDue.js';
import { deleteEntry } from '../../src/workflows/deleteEntry.js';
import { embedPending } from '../../src/workflows/embedPending.js';
import { revertConsolidation } from '../../src/workflows/revertConsolidation.js';
import { writeEntries } from '../../src/workflows/writeEntries.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { draft, forkFromStart, now, startWorld, type Author, type World } from '../support/world.js';

describe('consolidateDiary', () => {
  let world: World;
  let author: Author;
  let diary: string;
  let ids: string[];

  before(async () => {
    world = await startWorld();
  });
  beforeEach(async () => {
    author = await world.agent();
    diary = await world.diary(author);
    const start = Date.UTC(2026, 10, 1);
    const entries = NOTES.map(({ content }, i) =>
      draft(author, diary, content, { createdAt: new Date(start + i * 3_600_000).toISOString() }),
    );
    ids = entries.map(({ id }) => id);
    await writeEntries('run', entries);
    await embedPending(randomUUID());
  });
  after(() => world.stop());

  const request = (more: Partial<ConsolidationRequest> = {}): ConsolidationRequest => ({
    runId: randomUUID(),
    diaryId: diary,
    requestedBy: author.agentId,
    dryRun: false,
    limits: DEFAULT_LIMITS,
    at: now(),
    ...more,
  });
  const entriesOf = async (where: object) =>
    (await world.db('entries').where({ diary_id: diary, ...where })) as { id: string; superseded_by: string | null }[];
  const supersededCount = async () => (await entriesOf({})).filter((entry) => entry.superseded_by !== null).length;

  async function run(asked = request()) {
    const outcome = await consolidateDiary(asked);
    if (outcome.outcome === 'refused') throw new Error(outcome.message);
    return outcome.report;
  }

  it('lets signed semantic entries take the place of what belongs together, and keeps the rest', async () => {
    const asked = request();
    const report = await run(asked);
    expect(report).to.include({ sources: NOTES.length, groups: 9, dropped: 0, error: null });
    expect(report.superseded + report.kept).to.equal(report.sources);
    expect(await supersededCount()).to.equal(report.superseded);
    const groups = await listGroups(world.db, asked.runId);
    for (const group of groups) {
      const relations = await listRelations(world.db, author.agentId, group.successorId);
      expect(relations.map((relation) => relation.toId)).to.have.members(group.sources);
      expect(relations[0]).to.deep.include({
        type: 'supersedes',
        status: 'accepted',
        evidence: { consolidation: asked.runId, group: group.number },
      });
      const entry = await findEntry(world.db, author.agentId, group.successorId);
      expect(entry).to.include({ type: 'semantic', authorId: world.ports.consolidator.agentId });
      const { signature, signaturePublicKey: publicKey, title, content, tags, salt } = entry ?? {};
      expect(
        entry &&
          (await verifyEntry({
            ...entry,
            title: title ?? '',
            content: content ?? '',
            tags: tags ?? [],
            salt: salt ?? '',
            signature: signature ?? '',
            publicKey: publicKey ?? '',
          })),
      ).to.equal(true);
    }
  });

  it('writes only what its sources say, and says where', async () => {
    const asked = request();
    await run(asked);
    const contents = new Map(NOTES.map(({ content }, i) => [ids[i], content]));
    for (const group of await listGroups(world.db, asked.runId)) {
      const successor = await findEntry(world.db, author.agentId, group.successorId);
      const cited = group.sentences?.map(([source, start, end]) => contents.get(source)?.slice(start, end));
      expect(successor?.content).to.equal(cited?.join('\n'));
    }
  });

  it('does the same again and doubles nothing, when a run is run again from its start', async () => {
    const asked = request();
    const handle = await DBOS.startWorkflow(consolidateDiary)(asked);
    const first = await handle.getResult();
    expect(await forkFromStart(handle.workflowID)).to.deep.equal(first);
    expect(await entriesOf({ type: 'semantic' })).to.have.length(9);
  });

  it('changes nothing when it is dry, and blocks nothing later', async () => {
    const dry = request({ dryRun: true });
    expect(await run(dry)).to.include({ superseded: 0, kept: NOTES.length, groups: 9 });
    expect((await findConsolidationRun(world.db, dry.runId))?.state).to.equal('previewed');
    expect(await supersededCount()).to.equal(0);
    expect(await run()).to.include({ groups: 9 });
  });

  it('drops a group whose source was deleted while it worked, and applies the others', async () => {
    const asked = request();
    await selectSources(asked);
    await groupSelected(asked.runId);
    const [group] = await listGroups(world.db, asked.runId);
    const gone = group?.sources[0] ?? '';
    await deleteEntry({ entryId: gone, agentId: author.agentId, reason: '' });
    const report = await applyGroups(asked);
    expect(report).to.include({ groups: 9, dropped: 1 });
    const [dropped] = await listGroups(world.db, asked.runId);
    expect(dropped).to.include({ state: 'dropped' });
    expect(dropped?.reason).to.match(/edited, superseded or deleted/);
    const others = (await entriesOf({})).filter(({ id }) => group?.sources.includes(id));
    expect(others.every((entry) => entry.superseded_by === null)).to.equal(true);
  });

  it('refuses a second run while one is going on in the diary, and one by somebody else', async () => {
    await selectSources(request());
    expect(await consolidateDiary(request())).to.include({ outcome: 'refused', reason: 'Conflict' });
    const stranger = await world.agent();
    const refusal = await consolidateDiary(request({ requestedBy: stranger.agentId }));
    expect(refusal).to.include({ outcome: 'refused', reason: 'Forbidden' });
  });

  it('leaves pinned entries alone', async () => {
    await world
      .db('entries')
      .where({ diary_id: diary })
      .update({ tags: ['pinned'] });
    expect(await run()).to.include({ sources: 0, groups: 0 });
  });

  it('reports a failure and leaves every source as it was; a retry finishes the run', async () => {
    const asked = request();
    await world.db.raw(`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'no room' using errcode = '53100'; end $$;
      create trigger refuse before insert on entries for each row when (new.type = 'semantic') execute function refuse()`);
    const handle = await DBOS.startWorkflow(consolidateDiary)(asked);
    await handle.getResult().then(
      () => expect.fail('it should have failed'),
      () => undefined,
    );
    await world.db.raw('drop trigger refuse on entries; drop function refuse');
    const failed = await findConsolidationRun(world.db, asked.runId);
    expect(failed?.state).to.equal('failed');
    expect(failed?.report).to.include({ superseded: 0, kept: NOTES.length });
    expect(failed?.report?.error).to.include('no room');
    expect(await supersededCount()).to.equal(0);
    const retried = await DBOS.rewindWorkflow(handle.workflowID, { startStep: 2 });
    await retried.getResult();
    expect((await findConsolidationRun(world.db, asked.runId))?.state).to.equal('applied');
  });

  it('is taken back: sources are active again, successors are gone; a second time changes nothing', async () => {
    const asked = request();
    await run(asked);
    const reversion = { runId: asked.runId, actorId: author.agentId };
    expect(await revertConsolidation(reversion)).to.include({ outcome: 'applied' });
    expect(await supersededCount()).to.equal(0);
    const successors = (await entriesOf({ type: 'semantic' })) as unknown as { content: string | null }[];
    expect(successors.every(({ content }) => content === null)).to.equal(true);
    expect(await listRelations(world.db, author.agentId, ids[0] ?? '')).to.deep.equal([]);
    expect(await revertConsolidation(reversion)).to.include({ outcome: 'already' });
    expect(await run()).to.include({ groups: 9 });
  });

  it('goes with a text that it was made of: no word of a deleted source is left, the other sources are active again', async () => {
    const asked = request();
    await run(asked);
    const [group, ...others] = await listGroups(world.db, asked.runId);
    const [gone = '', ...rest] = group?.sources ?? [];
    await deleteEntry({ entryId: gone, agentId: author.agentId, reason: 'held a password' });
    const text = NOTES[ids.indexOf(gone)]?.content ?? '';
    const left = await world
      .db('entries')
      .where('diary_id', diary)
      .whereRaw('position(? in content) > 0', [text])
      .pluck('id');
    expect(left).to.deep.equal([]);
    const active = (await entriesOf({ superseded_by: null })).map(({ id }) => id);
    expect(active).to.include.members(rest);
    const after = await listGroups(world.db, asked.runId);
    expect(after[0]).to.include({ state: 'reverted', reason: 'a source of it was deleted' });
    expect(after.slice(1).map(({ state }) => state)).to.deep.equal(others.map(() => 'applied'));
    expect(await revertConsolidation({ runId: asked.runId, actorId: author.agentId })).to.include({
      outcome: 'applied',
    });
  });

  it('is not taken back by a stranger, when it was dry, or too late', async () => {
    const asked = request();
    await run(asked);
    const stranger = await world.agent();
    expect(await revertConsolidation({ runId: asked.runId, actorId: stranger.agentId })).to.include({
      reason: 'NotFound',
    });
    await world
      .db('consolidation_runs')
      .where('id', asked.runId)
      .update({ revertible_until: world.db.raw(`now() - interval '1 s'`) });
    expect(await revertConsolidation({ runId: asked.runId, actorId: author.agentId })).to.include({ reason: 'Gone' });
    const dry = request({ dryRun: true });
    await run(dry);
    expect(await revertConsolidation({ runId: dry.runId, actorId: author.agentId })).to.include({ reason: 'Conflict' });
  });
});

describe('consolidateDue', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  async function diaryWith(policy: object, contents: string[], age = '0 hours'): Promise<string> {
    const author = await world.agent();
    const diary = await world.diary(author);
    await world
      .db('diaries')
      .where('id', diary)
      .update({ policy: JSON.stringify({ consolidation: policy }) });
    await writeEntries(
      'run',
      contents.map((content) => draft(author, diary, content)),
    );
    await world.db.raw('update entries set created_at = now() - cast(? as interval) where diary_id = ?', [age, diary]);
    return diary;
  }
  const POLICY = { ...DEFAULT_LIMITS, enabled: true, minNew: 5, maxAgeHours: 24 };
  const ALIKE = Array.from({ length: 5 }, () => 'The nightly import of the price list finished after a while.');

  it('consolidates what is due by its policy, once, and leaves the rest alone', async () => {
    const due = await diaryWith(POLICY, ALIKE);
    const aged = await diaryWith(POLICY, ALIKE.slice(0, 3), '25 hours');
    await diaryWith(POLICY, ALIKE.slice(0, 3), '23 hours');
    await diaryWith({ ...POLICY, enabled: false }, ALIKE);
    await diaryWith({ ...POLICY, minNew: 6 }, ALIKE);
    const tick = new Date();
    await consolidateDue(tick);
    await consolidateDue(tick);
    const runs = await until(async () => {
      const rows = (await world.db('consolidation_runs').where('state', 'applied')) as { diary_id: string }[];
      return rows.length >= 2 ? rows : undefined;
    });
    expect(runs.map((run) => run.diary_id).sort()).to.deep.equal([due, aged].sort());
    expect(await findDueDiaries(world.db, 10)).to.deep.equal([]);
  });

  it('does not look again at notes that found no company', async () => {
    const distinct = ['Tea is out.', 'The router moves.', 'Lena is away.', 'Legal asks.', 'New door code.'];
    const diary = await diaryWith(POLICY, distinct);
    expect((await findDueDiaries(world.db, 10)).map((each) => each.diaryId)).to.deep.equal([diary]);
    await consolidateDue(new Date());
    await until(async () => world.db('consolidation_runs').where({ diary_id: diary, state: 'applied' }).first('id'));
    expect(await findDueDiaries(world.db, 10)).to.deep.equal([]);
  });
});

describe("The consolidator's key", () => {
  let database: FreshDatabase;
  before(async () => {
    database = await freshDatabase();
  });
  after(() => database.drop());

  const events = async () =>
    (await database.db('outbox').where('kind', 'like', 'key%').orderBy('id').pluck('kind')) as string[];

  it('is logged as any agent’s, followed by the next, and does not come back', async () => {
    const [first, second] = [generateKeyPair(), generateKeyPair()];
    const made = await Promise.all([1, 2].map(() => storeConsolidator(database.db, first.publicKey)));
    expect(made[0]).to.deep.equal(made[1]);
    expect(await events()).to.deep.equal(['key']);
    const next = await storeConsolidator(database.db, second.publicKey);
    expect(next).to.deep.equal({ agentId: made[0]?.agentId, keyId: keyId(second.publicKey) });
    expect(await events()).to.deep.equal(['key', 'key.rotated']);
    const again = await storeConsolidator(database.db, first.publicKey).catch((error: unknown) => error);
    expect(again).to.have.property('name', 'Misconfigured');
  });
});
