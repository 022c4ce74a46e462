import { createClient, generateKeyPair, MoltnetError, register, type Client, type Schemas } from '@moltnet/sdk';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { startTestServer, type TestServer } from '../support/server.js';

async function failure(work: Promise<unknown>): Promise<MoltnetError> {
  return work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as MoltnetError,
  );
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('the SDK, against the real server', () => {
  let server: TestServer;
  let client: Client;
  before(async function () {
    this.timeout(60_000);
    server = await startTestServer();
    const { credentials } = await register({
      baseUrl: server.url,
      privateKey: generateKeyPair().privateKey,
      name: 'tester',
    });
    client = createClient({ baseUrl: server.url, ...credentials });
  });
  after(() => server.stop());

  it('registers an agent by its key and gets its own tokens', async () => {
    const me = await client.agents.whoami();
    expect(me).to.include({ name: 'tester', role: 'agent' });
    expect(await client.agents.get(me.fingerprint)).to.include({ id: me.id });
  });

  it('writes, reads, edits, lists and erases entries', async () => {
    const diary = await client.diaries.create({ name: 'notes' });
    const entry = await client.entries.create(diary.id, { content: 'The build needs Node 20.', tags: ['build'] });
    expect(await client.entries.get(entry.id)).to.include({ content: 'The build needs Node 20.', version: 1 });
    const edited = await client.entries.update(entry.id, entry.version, { title: 'Node' });
    expect(edited).to.include({ title: 'Node', version: 2 });
    expect((await client.entries.history(entry.id)).versions).to.have.length(2);
    expect((await client.diaries.tags(diary.id)).items).to.deep.equal([{ tag: 'build', count: 1 }]);
    await client.entries.delete(entry.id, { version: 2, reason: 'done with' });
    expect(await failure(client.entries.get(entry.id))).to.include({ name: 'Gone', status: 410 });
  });

  it('finds by words, and follows pages to the end', async () => {
    const diary = await client.diaries.create({ name: 'many' });
    const drafts = Array.from({ length: 12 }, (_, i) => ({ content: `zebra number ${i}` }));
    const { items } = await client.entries.createMany(diary.id, drafts);
    expect(items.map((item) => item.outcome)).to.deep.equal(drafts.map(() => 'applied'));
    expect(await all(client.entries.all(diary.id, { limit: 5 }))).to.have.length(12);
    const answer = await client.search({ query: 'zebra', diaryIds: [diary.id], limit: 3 });
    expect(answer.hits).to.have.length(3);
    expect((await client.diaries.list({ limit: 1 })).items).to.have.length(1);
    expect((await all(client.diaries.all())).length).to.be.greaterThan(1);
  });

  it('creates once for one key, and says so when the key comes with something else', async () => {
    const diary = await client.diaries.create({ name: 'once' }, { idempotencyKey: 'the-key' });
    expect((await client.diaries.create({ name: 'once' }, { idempotencyKey: 'the-key' })).id).to.equal(diary.id);
    const error = await failure(client.diaries.create({ name: 'twice' }, { idempotencyKey: 'the-key' }));
    expect(error).to.include({ name: 'IdempotencyKeyReused', status: 422, retryable: false });
    expect(error.requestId).to.be.a('string');
  });

  it('names what is wrong with a request', async () => {
    const error = await failure(client.diaries.create({ name: '' }));
    expect(error).to.be.instanceOf(MoltnetError).and.to.include({ name: 'InvalidInput', status: 400 });
    expect(error.faults).to.deep.equal([{ in: 'body', pointer: '/name', message: 'must not be empty' }]);
    expect(await failure(client.entries.get('..'))).to.include({ name: 'InvalidInput', status: 0 });
    expect(await failure(client.diaries.update('x', 1, { name: 'y' }))).to.include({ name: 'InvalidInput' });
  });

  describe('with the private key', () => {
    let signer: Client;
    let keyId: string;
    let credentials: { clientId: string; clientSecret: string };
    const { privateKey } = generateKeyPair();
    before(async () => {
      const registered = await register({ baseUrl: server.url, privateKey, name: 'signer' });
      keyId = registered.agent.keyId;
      credentials = registered.credentials;
      signer = createClient({ baseUrl: server.url, ...registered.credentials, privateKey });
    });

    it('signs each entry as it is written, alone and in batches', async () => {
      const diary = await signer.diaries.create({ name: 'signed' });
      const entry = await signer.entries.create(diary.id, { content: 'Mine.', tags: ['b', 'a', 'b'] });
      expect(entry).to.deep.include({ verified: true, tags: ['a', 'b'], type: 'episodic', importance: 5 });
      await signer.entries.createMany(diary.id, [{ content: 'One.' }, { content: 'Two.', type: 'reflection' }]);
      const read = await all(signer.entries.all(diary.id));
      expect(read.map(({ verified, signedBy }) => [verified, signedBy?.keyId])).to.deep.equal(
        Array(3).fill([true, keyId]),
      );
    });

    it('signs later what was written without a signature, many at once, and messages', async () => {
      const diary = await signer.diaries.create({ name: 'later' });
      const unsigned = createClient({ baseUrl: server.url, getToken: () => server.token(credentials) });
      const ids: string[] = [];
      for (const content of ['One.', 'Two.', 'Three.'])
        ids.push((await unsigned.entries.create(diary.id, { content })).id);
      expect(await signer.signing.signEntries(ids)).to.include({ state: 'signed' });
      for (const id of ids) expect((await signer.entries.get(id)).verified).to.equal(true);
      const { signature, nonce } = await signer.signing.signMessage('I was here.');
      const verdict = await signer.signing.verify({
        keyId,
        signature: signature!,
        message: { nonce, text: 'I was here.' },
      });
      expect(verdict.valid).to.equal(true);
    });

    it('edits a signed entry by a signed successor', async () => {
      const diary = await signer.diaries.create({ name: 'edited' });
      const entry = await signer.entries.create(diary.id, { content: 'First.', tags: ['kept'] });
      const edited = await signer.entries.update(entry.id, entry.version, { content: 'Second.' });
      expect(edited).to.deep.include({ content: 'Second.', tags: ['kept'], verified: true });
      expect((await signer.entries.get(entry.id)).supersededBy).to.equal(edited.id);
    });

    it('signs nothing that it has not computed itself, whatever the server asks for', async () => {
      const diary = await signer.diaries.create({ name: 'careful' });
      const unsigned = createClient({ baseUrl: server.url, getToken: () => server.token(credentials) });
      const { id } = await unsigned.entries.create(diary.id, { content: 'What is shown.' });
      const lying = (change: (body: string) => string): Client =>
        createClient({
          baseUrl: server.url,
          ...credentials,
          privateKey,
          fetch: async (input, init) => {
            const response = await fetch(input, init);
            const { status, headers } = response;
            return new Response(change(await response.text()), { status, headers });
          },
        });
      const other = btoa(`moltnet:entry:v1\n${'ab'.repeat(32)}`);
      const asksElse = lying((body) => body.replace(/"signingInput":"[^"]*"/, `"signingInput":"${other}"`));
      const showsElse = lying((body) => body.replace('What is shown.', 'Not what is signed.'));
      for (const client of [asksElse, showsElse]) {
        const error = await failure(client.signing.signEntries([id]));
        expect(error).to.include({ name: 'UnexpectedAnswer' });
      }
      expect(await failure(asksElse.signing.signMessage('A message.'))).to.include({ name: 'UnexpectedAnswer' });
      expect((await signer.entries.get(id)).signature).to.equal(null);
    });

    it('writes once for one key, though each signature is another', async () => {
      const diary = await signer.diaries.create({ name: 'once' });
      const write = () => signer.entries.create(diary.id, { content: 'Once.' }, { idempotencyKey: 'one' });
      const [first, second] = [await write(), await write()];
      expect(second).to.deep.include({ id: first.id, signature: first.signature });
    });

    it('signs anew with the time of the server when its own clock is wrong', async () => {
      const diary = await signer.diaries.create({ name: 'late' });
      const now = Date.now;
      const withWrongClock = <T>(start: () => Promise<T>): Promise<T> => {
        Date.now = () => now() - 3_600_000;
        const started = start();
        Date.now = now;
        return started;
      };
      const entry = await withWrongClock(() => signer.entries.create(diary.id, { content: 'Late.' }));
      expect(entry.verified).to.equal(true);
      expect(Date.parse(entry.createdAt)).to.be.closeTo(now(), 60_000);
      const { items } = await withWrongClock(() => signer.entries.createMany(diary.id, [{ content: 'Late too.' }]));
      expect(items[0]).to.include({ outcome: 'applied' });
    });
  });

  it('gives an answer as it came, and waits for a run where that is wanted', async () => {
    const answer = await client.send('createDiary', {
      body: { name: 'later' },
      headers: { Prefer: 'respond-async' },
    });
    if (answer.status !== 202) return expect.fail(`the status is ${answer.status}`);
    expect(await client.waitFor(answer.body)).to.include({ status: 'SUCCESS', name: 'createDiary' });
    expect(await failure(client.waitFor('no-such-run'))).to.include({ name: 'NotFound' });
  });

  it('waits for runs by itself', async () => {
    const key = { idempotencyKey: 'patience' };
    const input = { body: { name: 'patient' }, headers: { Prefer: 'respond-async' } };
    const diary = await client.call('createDiary', input, key);
    expect(diary).to.include({ name: 'patient', version: 1 });
    const path = { diaryId: diary.id };
    const headers = { Prefer: 'respond-async', 'If-Match': '"1"' };
    expect(await client.call('updateDiary', { path, headers, body: { name: 'renamed' } })).to.include({
      name: 'renamed',
      version: 2,
    });
    expect(await client.call('deleteDiary', { path, headers: { Prefer: 'respond-async' } })).to.equal(undefined);
    expect(await failure(client.diaries.get(diary.id))).to.include({ name: 'NotFound' });
  });

  it('follows what happens, from a place that it has seen', async () => {
    const diary = await client.diaries.create({ name: 'watched' });
    const events = client.events({ after: 0 });
    const seen = async (subjectId: string) => {
      for (;;) {
        const { value } = (await events.next()) as { value: Schemas['Event'] };
        if (value.subjectId === subjectId) return value;
      }
    };
    const created = await seen(diary.id);
    expect(created).to.include({ diaryId: diary.id });
    const entry = await client.entries.create(diary.id, { content: 'watch this' });
    const written = await seen(entry.id);
    expect(written.pos).to.be.greaterThan(created.pos);
    await events.return(undefined);
    const again = client.events({ after: written.pos - 1 });
    expect((await again.next()).value).to.deep.equal(written);
    await again.return(undefined);
    expect(await failure(client.events({ after: 1e12 }).next())).to.include({ name: 'InvalidInput', status: 400 });
  });

  it('shows operators the runs, and hides them from everybody else', async () => {
    expect(await failure(client.ops.list())).to.include({ name: 'NotFound', status: 404 });
    const { clientId, clientSecret } = JSON.parse(readFileSync(server.server.local?.operatorFile ?? '', 'utf8'));
    const operator = createClient({ baseUrl: server.url, clientId, clientSecret });
    const { items } = await operator.ops.list({ name: 'createDiary', limit: 1 });
    expect(await operator.ops.show(items[0]!.id)).to.include({ status: 'SUCCESS', name: 'createDiary' });
    expect(await failure(operator.ops.cancel(items[0]!.id, 'to see'))).to.include({ name: 'Conflict' });
    expect((await operator.ops.audit()).items[0]).to.include({ action: 'cancel', reason: 'to see' });
  });
});
