import { expect } from 'chai';
import { invitationRoutes } from '../../src/http/routes/invitations.js';
import { createCursors } from '../../src/http/cursor.js';
import { deriveInvitationCode } from '../../src/rules/clientSecret.js';
import { startIdentityWorld, type IdentityWorld } from '../support/identityWorld.js';
import { registrationRequest } from '../support/registration.js';

describe('a closed registration', () => {
  let doors: IdentityWorld;
  let operator: string;

  before(async () => {
    const invitationCode = (id: string) => deriveInvitationCode('a master secret of the tests, 32+', id);
    const cursors = createCursors('a cursor secret of the tests');
    doors = await startIdentityWorld((options) => invitationRoutes({ ...options, invitationCode, cursors }), {
      registration: 'closed',
    });
    const { agentId, credentials } = await doors.register();
    await doors.world.db('agents').where({ id: agentId }).update({ role: 'operator' });
    operator = await doors.token(credentials);
  });
  after(() => doors.stop());

  const invite = (body: object = {}, token = operator, headers = {}) =>
    doors.post('/ops/invitations', { reason: 'the new team', ...body }, token, headers);
  const register = (invitation?: string, request = registrationRequest()) =>
    doors.post('/auth/register', { ...request, ...(invitation !== undefined && { invitation }) });
  const left = async (request: ReturnType<typeof registrationRequest>) => {
    const rows = await doors.world.db('identities').whereRaw(`traits ->> 'public_key' = ?`, [request.publicKey]);
    return rows.length;
  };

  it('takes nobody without an invitation, or with an invented one', async () => {
    for (const invitation of [undefined, 'moltnet_inv_invented']) {
      const { status, body } = await register(invitation);
      expect([status, body.name]).to.deep.equal([403, 'Forbidden']);
    }
  });

  it('takes one agent for one invitation, and the same request again', async () => {
    const { status, body } = await invite();
    expect(status).to.equal(201);
    const request = registrationRequest();
    const first = await register(body.code, request);
    expect(first.status).to.equal(201);
    expect(await register(body.code, request)).to.deep.equal(first);
    const late = registrationRequest();
    expect((await register(body.code, late)).status).to.equal(403);
    expect(await left(late)).to.equal(0);
  });

  it('takes as many as were invited of more at once, and leaves nothing of the others', async () => {
    const { body } = await invite({ maxUses: 2 });
    const requests = Array.from({ length: 5 }, () => registrationRequest());
    const answers = await Promise.all(requests.map((request) => register(body.code, request)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 201, 403, 403, 403]);
    const kept = await Promise.all(requests.map(left));
    expect(kept.reduce((sum, count) => sum + count, 0)).to.equal(2);
  });

  it('takes nobody when the invitation has expired or was ended', async () => {
    const [expired, ended] = [(await invite()).body, (await invite()).body];
    await doors.world
      .db('invitations')
      .where({ id: expired.id })
      .update({ expires_at: new Date(0) });
    expect((await doors.post(`/ops/invitations/${ended.id}/end`, { reason: 'sent astray' }, operator)).status).to.equal(
      200,
    );
    for (const { code } of [expired, ended]) expect((await register(code)).status).to.equal(403);
  });

  it('leaves nothing of a registration whose invitation ends while it is made', async () => {
    const { body } = await invite();
    const request = registrationRequest();
    doors.proxy.before = async (path) => {
      if (path !== 'POST /admin/clients') return;
      await doors.world.db('invitations').where({ id: body.id }).update({ ended_at: new Date() });
    };
    expect((await register(body.code, request)).status).to.equal(403);
    doors.proxy.before = undefined;
    expect(await left(request)).to.equal(0);
  });

  it('gives the same invitation for the same request, records who invited and why, and keeps no code', async () => {
    const headers = { 'idempotency-key': 'invite-1' };
    const first = await invite({ maxUses: 3 }, operator, headers);
    expect(await invite({ maxUses: 3 }, operator, headers)).to.deep.equal(first);
    const { id, code } = first.body;
    const actions = await doors.world.db('operator_actions').where({ target: id });
    expect(actions[0]).to.include({ action: 'invite', reason: 'the new team' });
    const { rows } = await doors.world.db.raw(
      'select t::text as row from invitations t union all select t::text from operator_actions t',
    );
    expect(JSON.stringify(rows)).not.to.contain(code);
    const { body } = await doors.get('/ops/invitations', operator);
    expect(body.items[0]).to.include({ id, maxUses: 3, used: 0 });
    expect(JSON.stringify(body)).not.to.contain(code);
  });

  it('lets nobody but operators invite', async () => {
    const { credentials } = await doors.register();
    const token = await doors.token(credentials);
    expect((await invite({}, token)).status).to.equal(404);
    expect((await doors.get('/ops/invitations', token)).status).to.equal(404);
  });
});
