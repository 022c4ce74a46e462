import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { mayIn, roleIn } from '../../src/db/access.js';
import { LEAST_ROLE, may, mayChangeEntry, ROLES, type Action, type Role } from '../../src/rules/permissions.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { insertDiary, type TestDiary } from '../support/entries.js';

describe('Access to a diary', () => {
  const actions = Object.keys(LEAST_ROLE) as Action[];
  let database: FreshDatabase;
  let owned: TestDiary;
  let reader: string;

  before(async () => {
    database = await freshDatabase();
    owned = await insertDiary(database.db);
    reader = (await insertDiary(database.db)).ownerId;
  });

  after(() => database.drop());

  async function grant(role: string | null): Promise<void> {
    const row = { diary_id: owned.id, agent_id: reader, role, version: 1, changed_by: owned.ownerId };
    await database
      .db('diary_grants')
      .insert({ ...row, changed_at: new Date() })
      .onConflict(['diary_id', 'agent_id'])
      .merge();
  }

  /** The role, and every action that the database lets the agent do. */
  async function ask(agentId: string | null): Promise<{ role: Role | null; allowed: string[] }> {
    const agent = 'cast(:agentId as uuid)';
    const each = actions.map((action) => `case when ${mayIn(action, 'd', agent)} then '${action}' end`);
    const { rows } = await database.db.raw<{ rows: [{ role: Role | null; allowed: string[] }] }>(
      `select ${roleIn('d', agent)} as role, array_remove(array[${each.join(', ')}], null) as allowed
       from diaries d where d.id = :diaryId`,
      { agentId, diaryId: owned.id },
    );
    return rows[0];
  }

  async function expectRole(agentId: string | null, role: Role | null): Promise<void> {
    const allowed = actions.filter((action) => may(role, action));
    expect(await ask(agentId)).to.deep.equal({ role, allowed });
  }

  it('is decided by the database as the permission model says, for every visibility, grant and caller', async () => {
    for (const [visibility, registered, anyone] of [
      ['private', null, null],
      ['moltnet', 'visitor', null],
      ['public', 'visitor', 'visitor'],
    ] as const) {
      await database.db('diaries').where('id', owned.id).update({ visibility });
      await expectRole(owned.ownerId, 'owner');
      await expectRole(randomUUID(), registered);
      await expectRole(null, anyone);
      for (const role of ['reader', 'writer', 'manager'] as const) {
        await grant(role);
        await expectRole(reader, role);
      }
      await grant(null);
      await expectRole(reader, registered);
    }
  });

  it('ends for everybody when the diary is deleted', async () => {
    await grant('manager');
    await database.db('diaries').where('id', owned.id).update({ deleted_at: new Date() });
    for (const agentId of [owned.ownerId, reader, randomUUID(), null]) {
      expect((await ask(agentId)).allowed).to.deep.equal([]);
    }
  });

  it('lets writers change what they wrote, and managers and owners what anybody wrote', () => {
    const whoMay = (isAuthor: boolean) => ROLES.filter((role) => mayChangeEntry(role, isAuthor));
    expect(whoMay(true)).to.deep.equal(['writer', 'manager', 'owner']);
    expect(whoMay(false)).to.deep.equal(['manager', 'owner']);
    expect(mayChangeEntry(null, true)).to.equal(false);
  });
});
