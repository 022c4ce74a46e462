import { expect } from 'chai';
import {
  generateKeyPair,
  parseNoteKey,
  sign,
  supersessionHash,
  verifyBundle,
  type BundleReport,
} from '@moltnet/protocol';
import { randomUUID } from 'node:crypto';
import { createSigner, signBatch } from '@moltnet/sdk';
import { ports } from '../../src/ports/index.js';
import { startTestServer, type TestServer } from '../support/server.js';

describe('a bundle', function () {
  this.timeout(120_000);
  let server: TestServer;
  let token: string;

  before(async () => {
    server = await startTestServer();
    token = await server.newAgent();
  });
  after(() => server.stop());

  const newDiary = async () => (await server.call('POST', '/diaries', { token, body: { name: 'notes' } })).body.id;
  async function write(diaryId: string, content: string): Promise<string> {
    return (await server.call('POST', `/diaries/${diaryId}/entries`, { token, body: { content } })).body.id;
  }
  const edit = (id: string, content: string) =>
    server.call('PATCH', `/entries/${id}`, { token, body: { content }, headers: { 'If-Match': '*' } });

  async function exportDiary(diaryId: string, query = '', by = token): Promise<Uint8Array> {
    const response = await fetch(`${server.url}/diaries/${diaryId}/export${query}`, {
      headers: { Authorization: `Bearer ${by}` },
    });
    if (response.status !== 200) throw new Error(await response.text());
    expect(response.headers.get('content-type')).to.equal('application/jsonl');
    return new Uint8Array(await response.arrayBuffer());
  }
  async function trustedKeys() {
    const { body } = await server.call('GET', '/log/keys');
    return body.keys.map(({ key }: { key: string }) => parseNoteKey(key));
  }
  const verify = async (bundle: Uint8Array): Promise<BundleReport> =>
    verifyBundle(bundle, { trustedKeys: await trustedKeys() });

  it('has every entry in every version, deleted ones without text, and verifies without the service', async () => {
    const diaryId = await newDiary();
    const entries = Array.from({ length: 250 }, (_, i) => ({ content: `note ${i}` }));
    await server.call('POST', `/diaries/${diaryId}/entries/batch`, { token, body: { entries } });
    const edited = await write(diaryId, 'as it was');
    await edit(edited, 'as it is');
    const deleted = await write(diaryId, 'soon gone');
    await edit(deleted, 'soon gone, edited');
    await server.call('DELETE', `/entries/${deleted}?reason=a+mistake`, { token });
    const bundle = await exportDiary(diaryId);
    const report = await verify(bundle);
    expect(report.findings).to.deep.equal([]);
    expect(report.verdict).to.equal('trusted');
    expect(report.counts).to.include({ entries: 252, revisions: 2, erased: 1, authors: 1 });
    expect(Buffer.from(bundle).toString()).not.to.contain('soon gone');
    expect(verifyBundle(bundle).verdict, 'without a trusted key').to.equal('consistent');
  });

  it('proves entries that one signature covers, at birth and later', async () => {
    const keys = generateKeyPair();
    const by = await server.newAgent('signer', keys);
    const { id: diaryId } = (await server.call('POST', '/diaries', { token: by, body: { name: 'signed' } })).body;
    const unsigned = ['one', 'two', 'three'].map((content) => {
      return { entry: { content }, diaryId, id: randomUUID(), now: new Date() };
    });
    const entries = signBatch(createSigner(keys.privateKey), unsigned);
    await server.call('POST', `/diaries/${diaryId}/entries/batch`, { token: by, body: { entries } });
    const late = ['four', 'five'].map(async (content) => {
      return (await server.call('POST', `/diaries/${diaryId}/entries`, { token: by, body: { content } })).body
        .id as string;
    });
    const request = await server.call('POST', '/signing-requests', {
      token: by,
      body: { entryIds: await Promise.all(late) },
    });
    const signature = sign(keys.privateKey, Buffer.from(request.body.signingInput, 'base64'));
    await server.call('POST', `/signing-requests/${request.body.id}/signature`, { token: by, body: { signature } });
    const report = await verify(await exportDiary(diaryId, '', by));
    expect(report.findings).to.deep.equal([]);
    expect(report.counts).to.include({ entries: 5, signed: 5 });
    for (const id of [unsigned[0]?.id, await late[0]]) {
      const { body } = await server.call('GET', `/entries/${id}/verify`, { token: by });
      expect(body.verdict, JSON.stringify(body)).to.equal('verified');
    }
  });

  it('shows what a hand in the database has done', async () => {
    const diaryId = await newDiary();
    const ids = [await write(diaryId, 'one'), await write(diaryId, 'two'), await write(diaryId, 'three')];
    const checksThatFail = async () => (await verify(await exportDiary(diaryId))).findings.map(({ check }) => check);
    expect(await checksThatFail()).to.deep.equal([]);
    const { db } = ports();
    await db('entries').where('id', ids[0]).update({ content: 'another' });
    expect(await checksThatFail(), 'a text edited').to.deep.equal(['entry']);
    await db('log_leaves').where('subject_id', ids[1]).update({ subject_id: ids[2] });
    expect(await checksThatFail(), 'an entry exchanged for another').to.include('entry');
    await db('embedding_tasks').where('entry_id', ids[1]).delete();
    await db('entry_embeddings').where('entry_id', ids[1]).delete();
    await db('entries').where('id', ids[1]).delete();
    await db('log_leaves').where('subject_id', ids[2]).where('seq', 2).update({ subject_id: ids[1] });
    expect(await checksThatFail(), 'an entry taken out of the middle').to.include('chain');
  });

  it('shows that the log continues a tree which the reader has seen', async () => {
    const diaryId = await newDiary();
    await write(diaryId, 'first');
    const before = await verify(await exportDiary(diaryId));
    await write(diaryId, 'second');
    const seen = {
      origin: before.log?.origin ?? '',
      size: before.log?.treeSize ?? 0,
      root: Buffer.from(before.log?.rootHash ?? '', 'hex'),
    };
    const options = { trustedKeys: await trustedKeys(), seen: [seen] };
    const linked = verifyBundle(await exportDiary(diaryId, `?since=${seen.size}`), options);
    expect([linked.verdict, linked.notices]).to.deep.equal(['trusted', []]);
    const unlinked = verifyBundle(await exportDiary(diaryId), options);
    expect(unlinked.notices.map(({ check }) => check)).to.deep.equal(['unlinked']);
  });

  it('tells of a supersession that was taken back, in the words of then', async () => {
    const diaryId = await newDiary();
    const [entryId, successorId] = [await write(diaryId, 'the former'), await write(diaryId, 'the latter')];
    const { db } = ports();
    const hashOf = async (id: string) => (await db('entries').where({ id }).first('content_hash')).content_hash;
    const successorHash = await hashOf(successorId);
    const subject_hash = supersessionHash({ entryId, contentHash: await hashOf(entryId), successorId, successorHash });
    const { owner_id: agent_id } = await db('diaries').where('id', diaryId).first('owner_id');
    const event = { kind: 'entry.superseded', agent_id, diary_id: diaryId, subject_id: entryId, subject_hash };
    await db('outbox').insert({ ...event, data: JSON.stringify({ successorId }) });
    await edit(successorId, 'the latter, edited');
    const report = await verify(await exportDiary(diaryId));
    expect([report.verdict, report.findings]).to.deep.equal(['trusted', []]);
  });

  it('is for the owner alone', async () => {
    const diaryId = await newDiary();
    const status = async (as: string) => (await server.call('GET', `/diaries/${diaryId}/export`, { token: as })).status;
    expect(await status(await server.newAgent())).to.equal(404);
    const other = await server.newAgent();
    const { body } = await server.call('GET', '/agents/whoami', { token: other });
    const grant = { agent: body.fingerprint, role: 'manager' };
    const granted = await server.call('POST', `/diaries/${diaryId}/grants`, { token, body: grant });
    expect(granted.status, JSON.stringify(granted.body)).to.be.oneOf([200, 201]);
    expect(await status(other)).to.equal(403);
  });

  it('has the entries that were written just before', async () => {
    const diaryId = await newDiary();
    for (let i = 1; i <= 3; i++) {
      await write(diaryId, `note ${i}`);
      expect((await verify(await exportDiary(diaryId))).counts.entries).to.equal(i);
    }
  });
});
