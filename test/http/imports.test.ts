import { randomUUID } from 'node:crypto';
import { generateKeyPair, verifyBundle, type KeyPair } from '@moltnet/protocol';
import { createSigner, signEntry } from '@moltnet/sdk';
import { expect } from 'chai';
import { ports } from '../../src/ports/index.js';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

/** Lines of a bundle, without line feeds. */
type Bundle = string[];

describe('an import', function () {
  this.timeout(120_000);
  const owner = generateKeyPair();
  const writer = generateKeyPair();
  let server: TestServer;
  let token: string;
  /** A diary of the owner alone, and one with entries of the writer: signed ones only, and also unsigned ones. */
  let plain: { diaryId: string; bundle: Bundle; edited: string; deleted: string; history: unknown };
  let signed: { diaryId: string; bundle: Bundle; entryId: string };
  let regretted: { diaryId: string; entryId: string; before: Bundle; after: Bundle };
  let unsigned: { diaryId: string; bundle: Bundle };

  /** What is exported here is imported into another server. */
  before(async () => {
    server = await startTestServer();
    token = await server.newAgent('owner', owner);
    plain = await makePlain();
    regretted = await makeRegretted();
    const writerToken = await server.newAgent('writer', writer);
    signed = await makeShared(writerToken, writer);
    unsigned = await makeShared(writerToken, undefined);
    await server.stop();
    server = await startTestServer({ LOG_ORIGIN: 'elsewhere.test/log' });
    token = await server.newAgent('owner', owner);
  });
  after(() => server.stop());

  async function newDiary(): Promise<string> {
    return (await server.call('POST', '/diaries', { token, body: { name: 'notes' } })).body.id;
  }
  async function write(diaryId: string, content: string, as = token, signer?: KeyPair): Promise<string> {
    const entry = { content };
    const place = { entry, diaryId, id: randomUUID(), now: new Date() };
    const body = signer ? signEntry(createSigner(signer.privateKey), place) : entry;
    const answer = await server.call('POST', `/diaries/${diaryId}/entries`, { token: as, body });
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
    return answer.body.id;
  }
  async function exportDiary(diaryId: string): Promise<Bundle> {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(`${server.url}/diaries/${diaryId}/export`, { headers });
    return (await response.text()).trimEnd().split('\n');
  }

  async function makePlain() {
    const diaryId = await newDiary();
    const entries = Array.from({ length: 120 }, (_, i) => ({ content: `note ${i}` }));
    await server.call('POST', `/diaries/${diaryId}/entries/batch`, { token, body: { entries } });
    const edited = await write(diaryId, 'as it was');
    const edit = { token, body: { content: 'as it is' }, headers: { 'If-Match': '*' } };
    await server.call('PATCH', `/entries/${edited}`, edit);
    const deleted = await write(diaryId, 'soon gone');
    await server.call('DELETE', `/entries/${deleted}?reason=a+mistake`, { token });
    const { body: history } = await server.call('GET', `/entries/${edited}/history`, { token });
    return { diaryId, bundle: await exportDiary(diaryId), edited, deleted, history };
  }

  async function makeRegretted() {
    const diaryId = await newDiary();
    const entryId = await write(diaryId, 'regretted');
    const earlier = await exportDiary(diaryId);
    await server.call('DELETE', `/entries/${entryId}`, { token });
    return { diaryId, entryId, before: earlier, after: await exportDiary(diaryId) };
  }

  async function makeShared(writerToken: string, signer: KeyPair | undefined) {
    const diaryId = await newDiary();
    const { body } = await server.call('GET', '/agents/whoami', { token: writerToken });
    const grant = { agent: body.fingerprint, role: 'writer' };
    await server.call('POST', `/diaries/${diaryId}/grants`, { token, body: grant });
    const entryId = await write(diaryId, 'by the writer', writerToken, signer);
    return { diaryId, bundle: await exportDiary(diaryId), entryId };
  }

  /** Sends a bundle in parts of so many lines. */
  async function importBundle(diaryId: string, bundle: Bundle, { as = token, lines = 50 } = {}): Promise<Answer> {
    const importId = randomUUID();
    let answer: Answer | undefined;
    for (let at = 0; at < bundle.length; at += lines) {
      const part = bundle.slice(at, at + lines);
      const body = { importId, first: at + 1, lines: part, isLast: at + lines >= bundle.length };
      answer = await server.call('POST', `/diaries/${diaryId}/import`, { token: as, body });
      if (answer.status >= 400) break;
    }
    return answer as Answer;
  }
  const stagedLines = async () => Number((await ports().db('import_lines').count('* as count').first())?.['count']);
  const countEntries = async (diaryId: string) =>
    Number((await ports().db('entries').where('diary_id', diaryId).count('* as count').first())?.['count']);

  it('restores nothing of a bundle in which anything is wrong, and says where', async () => {
    const bundle = plain.bundle.map((line) => line.replace('"note 7"', '"note seven"'));
    const answer = await importBundle(plain.diaryId, bundle);
    expect([answer.status, answer.body.name]).to.deep.equal([400, 'InvalidInput']);
    expect(answer.body.detail).to.match(/^The bundle is broken: line \d+ .*\(body\)/);
    expect([await countEntries(plain.diaryId), await stagedLines()]).to.deep.equal([0, 0]);
  });

  it('names what of a bundle was not sent', async () => {
    const part = { importId: randomUUID(), first: 3, lines: plain.bundle.slice(2), isLast: true };
    const answer = await server.call('POST', `/diaries/${plain.diaryId}/import`, { token, body: part });
    expect([answer.status, answer.body.detail]).to.deep.equal([400, 'Line 1 of the bundle has not been sent.']);
  });

  it('restores entries with ids, versions, hashes and tombstones, and the log here proves them', async () => {
    const answer = await importBundle(plain.diaryId, plain.bundle);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    expect(answer.body).to.include({ verdict: 'consistent', entries: 122, already: 0, authors: 0 });
    const { body: history } = await server.call('GET', `/entries/${plain.edited}/history`, { token });
    const comparable = ({ versions, ...rest }: { versions: { replacedAt: unknown }[] }) => ({
      ...rest,
      versions: versions.map(({ replacedAt: _, ...version }) => version),
    });
    expect(comparable(history)).to.deep.equal(comparable(plain.history as typeof history));
    const gone = await server.call('GET', `/entries/${plain.deleted}/history`, { token });
    expect([gone.body.erasedBecause, gone.body.versions[0].content]).to.deep.equal(['a mistake', null]);
    const again = verifyBundle(Buffer.from(`${(await exportDiary(plain.diaryId)).join('\n')}\n`));
    expect([again.verdict, again.findings]).to.deep.equal(['consistent', []]);
    expect(again.counts).to.include({ entries: 122, revisions: 1, erased: 1 });
    expect(await stagedLines()).to.equal(0);
  });

  it('does nothing the second time', async () => {
    const before = await ports().db('outbox').where('diary_id', plain.diaryId).count('* as count').first();
    const answer = await importBundle(plain.diaryId, plain.bundle, { lines: 13 });
    expect(answer.body).to.include({ entries: 0, already: 122 });
    expect(await ports().db('outbox').where('diary_id', plain.diaryId).count('* as count').first()).to.deep.equal(
      before,
    );
  });

  it('deletes what was deleted at the origin since', async () => {
    const content = async () => (await server.call('GET', `/entries/${regretted.entryId}`, { token })).body.content;
    await importBundle(regretted.diaryId, regretted.before);
    expect(await content()).to.equal('regretted');
    await importBundle(regretted.diaryId, regretted.after);
    expect((await server.call('GET', `/entries/${regretted.entryId}`, { token })).status).to.equal(410);
  });

  it('takes signed entries of others from any log, and their author takes them over by registering', async () => {
    const answer = await importBundle(signed.diaryId, signed.bundle);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    expect(answer.body).to.include({ entries: 1, authors: 1 });
    const read = async () => (await server.call('GET', `/entries/${signed.entryId}`, { token })).body;
    const imported = await read();
    expect(imported.verified).to.equal(true);
    const writerToken = await server.newAgent('writer', writer);
    const { body: whoami } = await server.call('GET', '/agents/whoami', { token: writerToken });
    expect((await read()).author.id).to.equal(whoami.id);
    const again = verifyBundle(Buffer.from(`${(await exportDiary(signed.diaryId)).join('\n')}\n`));
    expect([again.findings, again.counts.signed]).to.deep.equal([[], 1]);
  });

  it('refuses unsigned entries of others from a log that is not this one', async () => {
    const answer = await importBundle(unsigned.diaryId, unsigned.bundle);
    expect([answer.status, answer.body.name]).to.deep.equal([400, 'InvalidInput']);
    expect(answer.body.detail).to.contain('who has not signed it');
    expect(await countEntries(unsigned.diaryId)).to.equal(0);
  });

  it("does not write into another agent's diary, nor go on with another's import", async () => {
    const other = await server.newAgent();
    const answer = await importBundle(signed.diaryId, signed.bundle, { as: other });
    expect([answer.status, answer.body.name]).to.deep.equal([409, 'Conflict']);
    const part = { importId: randomUUID(), first: 1, lines: signed.bundle.slice(0, 1), isLast: false };
    const path = `/diaries/${signed.diaryId}/import`;
    expect((await server.call('POST', path, { token, body: part })).status).to.equal(201);
    expect((await server.call('POST', path, { token: other, body: part })).status).to.equal(409);
  });
});
