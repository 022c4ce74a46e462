import { expect } from 'chai';
import { NOTES } from '../../bench/data/topics.js';
import { startTestServer, type TestServer } from '../support/server.js';

describe('consolidations over HTTP', () => {
  let server: TestServer;
  let token: string;
  let diary: string;

  before(async () => {
    server = await startTestServer();
  });
  beforeEach(async () => {
    token = await server.newAgent();
    diary = (await server.call('POST', '/diaries', { token, body: { name: 'Notes' } })).body.id;
    const entries = NOTES.map(({ content }) => ({ content }));
    await server.call('POST', `/diaries/${diary}/entries/batch`, { token, body: { entries } });
  });
  after(() => server.stop());

  const consolidate = (body: unknown = {}, headers: Record<string, string> = {}) =>
    server.call('POST', `/diaries/${diary}/consolidations`, { token, body, headers });
  const search = async (query: string, more: object = {}) =>
    (await server.call('POST', '/search', { token, body: { query, diaryIds: [diary], ...more } })).body.hits as {
      entry: { id: string; type: string };
    }[];

  it('answers the run with its groups, each sentence with its source, and finds the new entries first', async () => {
    const answer = await consolidate();
    expect(answer.status).to.equal(201);
    const { report, groups, state } = answer.body;
    expect(state).to.equal('applied');
    expect(report).to.include({ sources: NOTES.length, kept: NOTES.length - report.superseded });
    expect(groups.length).to.be.greaterThan(6);
    for (const group of groups) {
      for (const { source, start, end, text } of group.sentences) {
        const entry = await server.call('GET', `/entries/${source}`, { token });
        expect(entry.body.content.slice(start, end)).to.equal(text);
        expect(entry.body.supersededBy).to.equal(group.successorId);
      }
    }
    const hits = await search('Datev invoice export');
    expect(hits[0]?.entry.type).to.equal('semantic');
  });

  it('answers one run for one key, and lists it', async () => {
    const headers = { 'Idempotency-Key': 'once' };
    const [first, second] = [await consolidate({}, headers), await consolidate({}, headers)];
    expect(second.body.id).to.equal(first.body.id);
    expect(first.headers.get('location')).to.equal(`/consolidations/${first.body.id}`);
    const list = await server.call('GET', `/diaries/${diary}/consolidations`, { token });
    expect(list.body.items.map((run: { id: string }) => run.id)).to.deep.equal([first.body.id]);
  });

  it('shows what it would do and does it not, when it is dry', async () => {
    const { body } = await consolidate({ dryRun: true });
    expect(body.state).to.equal('previewed');
    expect(body.groups[0]).to.include({ successorId: null, state: 'proposed' });
    expect(body.groups[0].sentences[0].text).to.be.a('string');
    const list = await server.call('GET', `/diaries/${diary}/entries?limit=100`, { token });
    expect(list.body.items).to.have.length(NOTES.length);
  });

  it('takes it back, once', async () => {
    const { body } = await consolidate();
    const revert = () => server.call('POST', `/consolidations/${body.id}/revert`, { token });
    expect((await revert()).body).to.include({ state: 'reverted' });
    expect((await revert()).status).to.equal(200);
    const list = await server.call('GET', `/diaries/${diary}/entries?limit=100`, { token });
    expect(list.body.items.every((entry: { supersededBy: unknown }) => entry.supersededBy === null)).to.equal(true);
  });

  it('forgets the text of a source that was deleted', async () => {
    const { body } = await consolidate();
    const [group] = body.groups;
    const gone = group.sentences[0].source;
    await server.call('DELETE', `/entries/${gone}`, { token, headers: { 'If-Match': '*' } });
    const again = await server.call('GET', `/consolidations/${body.id}`, { token });
    expect(again.body.groups[0].title).to.equal(null);
    expect(again.body.groups[0].sentences[0]).to.include({ source: gone, text: null });
  });

  it('is for the owner and the managers of the diary alone', async () => {
    const stranger = await server.newAgent();
    const { body } = await consolidate();
    const as = (method: string, path: string) => server.call(method, path, { token: stranger, body: {} });
    expect((await as('POST', `/diaries/${diary}/consolidations`)).status).to.equal(404);
    expect((await server.call('GET', `/consolidations/${body.id}`, { token: stranger })).status).to.equal(404);
    expect((await server.call('POST', `/consolidations/${body.id}/revert`, { token: stranger })).status).to.equal(404);
  });

  it('names what is wrong with a request', async () => {
    const { status, body } = await consolidate({ minSize: 9, maxSize: 3 });
    expect(status).to.equal(400);
    expect(body.detail ?? JSON.stringify(body)).to.match(/maxSize/);
    expect((await consolidate({ window: 0 })).status).to.equal(400);
  });
});
