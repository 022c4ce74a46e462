import { DBOS } from '@dbos-inc/dbos-sdk';
import { expect } from 'chai';
import { canonicalJson, sha256Hex } from '@moltnet/protocol';
import { randomUUID } from 'node:crypto';
import { findDiary, listDiaries, listFollowedDiaryIds } from '../../src/db/diaries/readDiaries.js';
import type { GrantChange } from '../../src/rules/grants.js';
import { retryWorkflow } from '../../src/runtime/retry.js';
import { startRunAs } from '../../src/runtime/startRun.js';
import { deleteDiary } from '../../src/workflows/deleteDiary.js';
import { grantAccess } from '../../src/workflows/grantAccess.js';
import { revokeAccess } from '../../src/workflows/revokeAccess.js';
import { updateDiary } from '../../src/workflows/updateDiary.js';
import { forkFromStart, now, startWorld, type Author, type World } from '../support/world.js';

describe('grantAccess and revokeAccess', () => {
  let world: World;
  let owner: Author;
  let other: Author;
  let diary: string;

  before(async () => {
    world = await startWorld();
  });
  beforeEach(async () => {
    [owner, other] = [await world.agent(), await world.agent()];
    diary = await world.diary(owner);
  });
  after(() => world.stop());

  type Grant = GrantChange & { role: NonNullable<GrantChange['role']> };
  const grant = (more: Partial<Grant> = {}): Grant => ({
    id: randomUUID(),
    diaryId: diary,
    agentId: other.agentId,
    role: 'reader',
    actorId: owner.agentId,
    at: now(),
    expectedVersion: 0,
    ...more,
  });
  const revocation = (more: Partial<GrantChange> = {}) => ({ ...grant(), ...more, role: null });
  const roleOf = async (agent: Author) => (await findDiary(world.db, agent.agentId, diary))?.role;
  const events = () =>
    world
      .db('outbox')
      .where('diary_id', diary)
      .whereLike('kind', 'grant.%')
      .orderBy('id')
      .select('kind', 'subject_id', 'subject_hash', 'agent_id');

  it('give and take a role, effective at once, with an event that commits to what was granted', async () => {
    const change = grant({ role: 'writer' });
    expect(await grantAccess(change)).to.deep.equal({ outcome: 'applied', version: 1 });
    expect(await roleOf(other)).to.equal('writer');
    expect(await listFollowedDiaryIds(world.db, other.agentId)).to.deep.equal([diary]);
    const end = revocation();
    expect(await revokeAccess(end)).to.deep.equal({ outcome: 'applied', version: 2 });
    expect(await roleOf(other)).to.equal(undefined);
    expect(await listFollowedDiaryIds(world.db, other.agentId)).to.deep.equal([]);
    const hash = (role: string, version: number, at: string) =>
      sha256Hex(canonicalJson(['moltnet:grant:v1', diary, other.agentId, role, version, owner.agentId, at]));
    const common = { subject_id: other.agentId, agent_id: owner.agentId };
    expect(await events()).to.deep.equal([
      { kind: 'grant.created', ...common, subject_hash: hash('writer', 1, change.at) },
      { kind: 'grant.revoked', ...common, subject_hash: hash('none', 2, end.at) },
    ]);
  });

  it('change once when they run twice or are forked', async () => {
    const change = grant();
    const run = await startRunAs(randomUUID(), grantAccess, { agents: [] }, change);
    expect(await run.result).to.deep.equal({ outcome: 'applied', version: 1 });
    expect(await grantAccess(change)).to.deep.equal({ outcome: 'already', version: 1 });
    expect(await forkFromStart(run.workflowId)).to.deep.equal({ outcome: 'already', version: 1 });
    const end = revocation();
    expect(await revokeAccess(end)).to.deep.equal({ outcome: 'applied', version: 2 });
    expect(await revokeAccess(end)).to.deep.equal({ outcome: 'already', version: 2 });
    expect(await events()).to.have.length(2);
  });

  it('never give back by an old run what was revoked since', async () => {
    const made = grant();
    await grantAccess(made);
    await revokeAccess(revocation());
    expect(await grantAccess(made)).to.include({ outcome: 'refused', reason: 'Gone' });
    expect(await roleOf(other)).to.equal(undefined);
  });

  it('never give by a run that comes after the revocation, although there was nothing to revoke', async () => {
    const late = grant();
    expect(await revokeAccess(revocation())).to.deep.equal({ outcome: 'applied', version: 1 });
    expect(await events()).to.deep.equal([]);
    expect(await grantAccess(late)).to.include({ outcome: 'refused', reason: 'Conflict' });
    expect(await roleOf(other)).to.equal(undefined);
  });

  it('never give by an operator who retries what failed before the revocation', async () => {
    await world.db.raw(`
      create function fail() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$;
      create trigger fail before insert on diary_grants for each row execute function fail()`);
    const run = await startRunAs(randomUUID(), grantAccess, { agents: [] }, grant());
    await run.result.catch(() => undefined);
    await world.db.raw('drop trigger fail on diary_grants; drop function fail()');
    await revokeAccess(revocation());
    await retryWorkflow(world.db, run.workflowId);
    const outcome = await DBOS.retrieveWorkflow(run.workflowId).getResult();
    expect(outcome).to.include({ outcome: 'refused', reason: 'Conflict' });
    expect(await roleOf(other)).to.equal(undefined);
  }).timeout(30_000);

  it('do not end by an old run what was granted since', async () => {
    await grantAccess(grant());
    const end = revocation();
    await revokeAccess(end);
    await grantAccess(grant({ expectedVersion: 2 }));
    expect(await revokeAccess(end)).to.include({ outcome: 'already' });
    expect(await roleOf(other)).to.equal('reader');
  });

  it('leave nobody with access who was revoked while grants raced', async () => {
    for (let round = 0; round < 5; round++) {
      diary = await world.diary(owner);
      await grantAccess(grant());
      const outcomes = await Promise.all([
        grantAccess(grant({ role: 'writer', expectedVersion: 1 })),
        revokeAccess(revocation()),
        grantAccess(grant({ role: 'manager', expectedVersion: 1 })),
      ]);
      expect(outcomes[1]).to.include({ outcome: 'applied' });
      expect(await roleOf(other)).to.equal(undefined);
    }
  });

  it('apply one of two grants that saw the same', async () => {
    const outcomes = await Promise.all([
      grantAccess(grant({ role: 'reader' })),
      grantAccess(grant({ role: 'writer' })),
    ]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).to.deep.equal(['applied', 'refused']);
  });

  it('refuse another grant under the same id', async () => {
    const change = grant();
    await grantAccess(change);
    expect(await grantAccess({ ...change, role: 'manager' })).to.include({ reason: 'IdempotencyKeyReused' });
    expect(await roleOf(other)).to.equal('reader');
  });

  describe('let', () => {
    let manager: Author;
    beforeEach(async () => {
      manager = await world.agent();
      await grantAccess(grant({ agentId: manager.agentId, role: 'manager' }));
    });
    const byManager = { actorId: '' };
    beforeEach(() => {
      byManager.actorId = manager.agentId;
    });

    it('managers share with readers and writers, and nobody make a manager but the owner', async () => {
      expect(await grantAccess(grant({ ...byManager, role: 'writer' }))).to.include({ outcome: 'applied' });
      const up = { role: 'manager' as const, expectedVersion: 1 };
      expect(await grantAccess(grant({ ...byManager, ...up }))).to.include({ reason: 'Forbidden' });
      expect(await grantAccess(grant(up))).to.include({ outcome: 'applied' });
      expect(await revokeAccess(revocation(byManager))).to.include({ reason: 'Forbidden' });
      expect(await roleOf(other)).to.equal('manager');
    });

    it('a manager neither keep what the owner takes, nor touch the owner', async () => {
      const own = grant({ ...byManager, agentId: manager.agentId, expectedVersion: 1 });
      expect(await grantAccess(own)).to.include({ reason: 'Forbidden' });
      const onOwner = { ...byManager, agentId: owner.agentId };
      expect(await grantAccess(grant(onOwner))).to.include({ reason: 'Conflict' });
      expect(await revokeAccess(revocation(onOwner))).to.include({ reason: 'Conflict' });
      await revokeAccess(revocation({ agentId: manager.agentId }));
      expect(await grantAccess(grant(byManager))).to.include({ reason: 'NotFound' });
    });

    it('readers and writers leave, and share nothing', async () => {
      for (const [role, expectedVersion] of [
        ['reader', 0],
        ['writer', 2],
      ] as const) {
        await grantAccess(grant({ role, expectedVersion }));
        const by = { actorId: other.agentId };
        const third = await world.agent();
        expect(await grantAccess(grant({ ...by, agentId: third.agentId }))).to.include({ reason: 'Forbidden' });
        expect(await revokeAccess(revocation({ ...by, agentId: manager.agentId }))).to.include({ reason: 'Forbidden' });
        expect(await revokeAccess(revocation(by))).to.include({ outcome: 'applied' });
        expect(await roleOf(other)).to.equal(undefined);
      }
    });

    it('a stranger do nothing, nor learn whether there is a diary', async () => {
      for (const diaryId of [diary, randomUUID()]) {
        const by = { actorId: other.agentId, diaryId };
        const message = `There is no diary ${diaryId} that you may read.`;
        const answer = { outcome: 'refused', reason: 'NotFound', message };
        expect(await grantAccess(grant(by))).to.deep.equal(answer);
        expect(await revokeAccess(revocation(by))).to.deep.equal(answer);
      }
    });
  });

  it('end with the diary', async () => {
    await grantAccess(grant({ role: 'manager' }));
    await deleteDiary({ diaryId: diary, agentId: owner.agentId });
    expect(await roleOf(other)).to.equal(undefined);
    expect(await listDiaries(world.db, other.agentId, { limit: 10 })).to.deep.equal([]);
    const third = await world.agent();
    expect(await grantAccess(grant({ agentId: third.agentId }))).to.include({ reason: 'NotFound' });
  });

  it('leave name and description to managers, visibility and deletion to the owner', async () => {
    await grantAccess(grant({ role: 'manager' }));
    const edit = { diaryId: diary, agentId: other.agentId };
    expect(await updateDiary({ ...edit, changes: { name: 'Ours' } })).to.include({ outcome: 'applied' });
    expect(await updateDiary({ ...edit, changes: { visibility: 'public' } })).to.include({ reason: 'Forbidden' });
    expect(await deleteDiary(edit)).to.include({ reason: 'Forbidden' });
  });
});
