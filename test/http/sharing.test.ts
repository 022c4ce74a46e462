import { expect } from 'chai';
import { EventListener } from '../support/eventListener.js';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

describe('Sharing a diary', () => {
  let server: TestServer;
  let owner: string;
  let friend: string;
  let friendId: string;
  let diary: string;

  before(async function () {
    this.timeout(60_000);
    server = await startTestServer();
    owner = await server.newAgent('owner');
  });
  beforeEach(async () => {
    friend = await server.newAgent('friend');
    friendId = (await server.call('GET', '/agents/whoami', { token: friend })).body.id;
    diary = await newDiary(owner);
  });
  after(() => server.stop());

  const newDiary = async (token: string, more: object = {}): Promise<string> =>
    (await server.call('POST', '/diaries', { token, body: { name: 'Ours', ...more } })).body.id;
  const write = async (token: string, content: string, diaryId = diary): Promise<string> =>
    (await server.call('POST', `/diaries/${diaryId}/entries`, { token, body: { content } })).body.id;
  const share = (role = 'reader', headers: Record<string, string> = {}): Promise<Answer> =>
    server.call('POST', `/diaries/${diary}/grants`, { token: owner, body: { agent: friendId, role }, headers });
  const unshare = (agent = friendId): Promise<Answer> =>
    server.call('DELETE', `/diaries/${diary}/grants/${agent}`, { token: owner });
  const found = async (token: string, more: object = {}): Promise<string[]> => {
    const answer = await server.call('POST', '/search', { token, body: { query: 'lighthouse', ...more } });
    return (answer.body.hits ?? []).map(({ entry }: { entry: { id: string } }) => entry.id);
  };

  it('names the agent by fingerprint, id or key id, and answers a repeated request as before', async () => {
    const { fingerprint, keyId } = (await server.call('GET', '/agents/whoami', { token: friend })).body;
    const first = await share('writer', { 'Idempotency-Key': 'one' });
    expect(first.status).to.equal(201);
    expect(first.body).to.deep.include({ diaryId: diary, role: 'writer', version: 1 });
    expect(first.body.agent).to.deep.equal({ id: friendId, keyId, fingerprint, name: 'friend' });
    const again = await share('writer', { 'Idempotency-Key': 'one' });
    expect([again.status, again.body]).to.deep.equal([200, first.body]);
    expect((await share('reader', { 'Idempotency-Key': 'one' })).status).to.equal(422);
    for (const name of [fingerprint, keyId]) expect((await unshare(name)).status).to.equal(204);
    expect((await share('writer', { 'Idempotency-Key': 'one' })).status).to.equal(410);
    expect((await unshare('0000-0000-0000-0000')).status).to.equal(404);
  });

  it('shows the diary among those of the agent, with its role, as long as it lasts', async () => {
    const own = await newDiary(friend);
    await share('writer');
    const list = async (query = '') =>
      (await server.call('GET', `/diaries${query}`, { token: friend })).body.items.map(
        ({ id, role }: { id: string; role: string }) => [id, role],
      );
    expect(await list()).to.deep.equal([
      [own, 'owner'],
      [diary, 'writer'],
    ]);
    expect(await list('?role=writer')).to.deep.equal([[diary, 'writer']]);
    expect(await list('?role=reader')).to.deep.equal([]);
    const page = (await server.call('GET', '/diaries?limit=1', { token: friend })).body;
    expect(await list(`?limit=1&cursor=${page.nextCursor}`)).to.deep.equal([[diary, 'writer']]);
    await unshare();
    expect(await list()).to.deep.equal([[own, 'owner']]);
  });

  it('lets the agent find its entries, and never again once the grant is revoked, not by name either', async () => {
    const id = await write(owner, 'The lighthouse is lit at six.');
    expect(await found(friend)).to.deep.equal([]);
    await share();
    expect(await found(friend)).to.deep.equal([id]);
    expect(await found(friend, { diaryIds: [diary] })).to.deep.equal([id]);
    await unshare();
    expect(await found(friend)).to.deep.equal([]);
    const named = { token: friend, body: { query: 'lighthouse', diaryIds: [diary] } };
    expect((await server.call('POST', '/search', named)).status).to.equal(404);
  });

  it('never shows a search that runs while the grant is revoked what was written after', async () => {
    await share();
    await write(owner, 'The lighthouse is lit at six.');
    const searches = Array.from({ length: 20 }, () => found(friend));
    await unshare();
    const after = await write(owner, 'The lighthouse is dark.');
    for (const ids of await Promise.all(searches)) expect(ids).not.to.include(after);
    expect(await found(friend)).to.deep.equal([]);
  });

  it('finds in diaries that are open to all agents only what is asked for by name', async () => {
    const open = await newDiary(owner, { visibility: 'moltnet' });
    const id = await write(owner, 'The lighthouse of everybody.', open);
    expect(await found(friend)).to.deep.equal([]);
    expect(await found(friend, { diaryIds: [open] })).to.deep.equal([id]);
  });

  it('tells the agent what happens there, and nothing more from the moment of the revocation', async () => {
    const listener = await EventListener.open(server, friend);
    await write(owner, 'Before.');
    await share();
    const heard = await write(owner, 'Shared.');
    await listener.until(() => listener.seen.some(({ subjectId }) => subjectId === heard));
    expect(listener.seen.slice(-2).map(({ kind }) => kind)).to.deep.equal(['grant.created', 'entry.created']);
    const heardUntilNow = listener.seen.length;
    await unshare();
    const control = await EventListener.open(server, owner);
    const unheard = await write(owner, 'Not for the friend.');
    await control.until(() => control.seen.some(({ subjectId }) => subjectId === unheard));
    // What it hears last is its own: everything before it had its turn.
    const mark = await newDiary(friend);
    await listener.until(() => listener.seen.some(({ subjectId }) => subjectId === mark));
    expect(listener.seen.slice(heardUntilNow).map(({ subjectId }) => subjectId)).to.deep.equal([mark]);
    listener.close();
    control.close();
  });

  it('tells readers nothing of who else has access', async () => {
    await share();
    const third = await server.newAgent('third');
    const { id: thirdId } = (await server.call('GET', '/agents/whoami', { token: third })).body;
    const listener = await EventListener.open(server, friend, {}, '?after=0');
    const body = { agent: thirdId, role: 'reader' };
    await server.call('POST', `/diaries/${diary}/grants`, { token: owner, body });
    const mark = await write(owner, 'A mark.');
    await listener.until(() => listener.seen.some(({ subjectId }) => subjectId === mark));
    const aboutAccess = listener.seen.filter(({ kind }) => kind.startsWith('grant.'));
    expect(aboutAccess.map(({ subjectId }) => subjectId)).to.deep.equal([friendId]);
    listener.close();
  });

  it('pages through the grants in an order of their own', async () => {
    const agents = await Promise.all(['a', 'b', 'c'].map((name) => server.newAgent(name)));
    for (const token of agents) {
      const { id } = (await server.call('GET', '/agents/whoami', { token })).body;
      await server.call('POST', `/diaries/${diary}/grants`, { token: owner, body: { agent: id } });
    }
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = `?limit=2${cursor && `&cursor=${cursor}`}`;
      const { body } = await server.call('GET', `/diaries/${diary}/grants${query}`, { token: owner });
      names.push(...body.items.map(({ agent }: { agent: { name: string } }) => agent.name));
      cursor = body.nextCursor;
    }
    expect(names.sort()).to.deep.equal(['a', 'b', 'c']);
  });
});

describe('What is public', () => {
  let server: TestServer;
  let owner: string;

  before(async function () {
    this.timeout(60_000);
    server = await startTestServer();
    owner = await server.newAgent('owner');
  });
  after(() => server.stop());

  async function diaryWith(visibility: string, contents: string[]): Promise<{ diary: string; ids: string[] }> {
    const diary = (await server.call('POST', '/diaries', { token: owner, body: { name: visibility, visibility } })).body
      .id;
    const ids: string[] = [];
    for (const content of contents) {
      const answer = await server.call('POST', `/diaries/${diary}/entries`, { token: owner, body: { content } });
      ids.push(answer.body.id);
    }
    return { diary, ids };
  }
  const read = async (id: string | undefined) => (await server.call('GET', `/public/entries/${id}`)).status;

  it('is read by anyone, page by page, newest first, and nothing else is', async () => {
    const one = await diaryWith('public', ['One.', 'Two.', 'Three.']);
    const two = await diaryWith('public', ['Four.', 'Five.']);
    const hidden = [...(await diaryWith('private', ['No.'])).ids, ...(await diaryWith('moltnet', ['No.'])).ids];
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body } = await server.call('GET', `/public/feed?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(status).to.equal(200);
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    }
    expect(seen).to.deep.equal([...one.ids, ...two.ids].reverse());
    for (const id of seen) expect(await read(id)).to.equal(200);
    for (const id of hidden) expect(await read(id)).to.equal(404);
    const { body } = await server.call('GET', `/public/entries/${one.ids[0]}`);
    expect(body).to.include({ content: 'One.' }).and.not.have.any.keys('workflowId', 'embedding');
  });

  it('ends at once when the entry is erased, the diary hidden or deleted', async () => {
    const { diary, ids } = await diaryWith('public', ['Erased.', 'Hidden.', 'Deleted.']);
    const headers = { 'If-Match': '*' };
    const inFeed = async () =>
      (await server.call('GET', '/public/feed?limit=100')).body.items.filter(
        (item: { diaryId: string }) => item.diaryId === diary,
      ).length as number;
    await server.call('DELETE', `/entries/${ids[0]}`, { token: owner });
    expect([await read(ids[0]), await read(ids[1]), await inFeed()]).to.deep.equal([404, 200, 2]);
    const hide = (visibility: string) =>
      server.call('PATCH', `/diaries/${diary}`, { token: owner, headers, body: { visibility } });
    await hide('moltnet');
    expect([await read(ids[1]), await inFeed()]).to.deep.equal([404, 0]);
    await hide('public');
    expect([await read(ids[1]), await inFeed()]).to.deep.equal([200, 2]);
    await server.call('DELETE', `/diaries/${diary}`, { token: owner });
    expect([await read(ids[1]), await inFeed()]).to.deep.equal([404, 0]);
  });
});
