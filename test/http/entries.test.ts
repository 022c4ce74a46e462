import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { writeFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestServer, type TestServer } from '../support/server.js';
import { until } from '../support/until.js';

describe('diaries, entries, search and repair over HTTP', () => {
  let server: TestServer;
  let token: string;
  let diary: string;

  before(async () => {
    server = await startTestServer();
    token = await server.newAgent();
    diary = (await server.call('POST', '/diaries', { token, body: { name: 'Notes' } })).body.id;
  });
  after(() => server.stop());

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    server.call('POST', path, { token, body, headers });
  const write = (body: unknown, headers: Record<string, string> = {}) =>
    post(`/diaries/${diary}/entries`, body, headers);

  describe('writing', () => {
    it('answers 201 with the entry as it is then read', async () => {
      const written = await write({ title: 'One', content: 'A first note.', tags: ['b', 'a'], importance: 8 });
      expect(written.status).to.equal(201);
      const read = await server.call('GET', written.headers.get('location') ?? '', { token });
      const { embedding: _1, ...expected } = written.body;
      const { embedding: _2, ...found } = read.body;
      expect(found).to.deep.equal(expected);
      expect(found.tags).to.deep.equal(['a', 'b']);
      expect(read.headers.get('etag')).to.equal('"1"');
    });

    it('stores once for fifty requests with one key, and refuses another payload under it', async () => {
      const headers = { 'Idempotency-Key': 'fifty' };
      const answers = await Promise.all(Array.from({ length: 50 }, () => write({ content: 'Fifty.' }, headers)));
      expect(new Set(answers.map((answer) => answer.body.id))).to.have.length(1);
      expect(answers.filter((answer) => answer.status === 201)).to.have.length(1);
      expect(answers.filter((answer) => answer.status === 200)).to.have.length(49);
      expect(new Set(answers.map((answer) => answer.body.salt))).to.have.length(1);
      const other = await write({ content: 'Another.' }, headers);
      expect(other.status).to.equal(422);
      expect(other.body.name).to.equal('IdempotencyKeyReused');
    });

    it('takes a batch of 500 and says of each what became of it', async () => {
      const entries = Array.from({ length: 500 }, (_, i) => ({ content: `Batch note ${i}` }));
      const answer = await post(`/diaries/${diary}/entries/batch`, { entries });
      expect(answer.status).to.equal(200);
      expect(answer.body.items).to.have.length(500);
      expect(new Set(answer.body.items.map((item: { outcome: string }) => item.outcome))).to.deep.equal(
        new Set(['applied']),
      );
    });

    it('answers 202 with a place to look when it may not wait', async () => {
      const answer = await write({ content: 'Later.' }, { Prefer: 'respond-async' });
      expect(answer.status).to.equal(202);
      const run = await until(async () => {
        const found = await server.call('GET', answer.headers.get('location') ?? '', { token });
        return found.body.status === 'SUCCESS' && found;
      });
      expect(run.body.steps.map((step: { name: string }) => step.name)).to.deep.equal(['storeEntries']);
      expect(run.body.entries).to.have.length(1);
    });
  });

  describe('bad input', () => {
    const cases: [
      string,
      () => Promise<{ status: number; body: { detail: string; errors?: { pointer: string }[] } }>,
      number,
      string,
    ][] = [
      ['malformed JSON', () => server.call('POST', '/diaries', { token, raw: '{"name":' }), 400, ''],
      [
        'a wrong content type',
        () => server.call('POST', '/diaries', { token, raw: 'name=x', headers: { 'Content-Type': 'text/plain' } }),
        415,
        '',
      ],
      ['too much', () => write({ content: 'x'.repeat(6_000_000) }), 413, ''],
      ['an unknown field', () => write({ content: 'x', colour: 'red' }), 400, '/colour'],
      ['NUL', () => write({ content: 'a\u0000b' }), 400, '/content'],
      [
        'a lone surrogate',
        () => server.call('POST', `/diaries/${diary}/entries`, { token, raw: '{"content":"\\ud800"}' }),
        400,
        '/content',
      ],
      ['500 tags', () => write({ content: 'x', tags: Array.from({ length: 500 }, (_, i) => `t${i}`) }), 400, '/tags'],
      ['a tag of 129 characters', () => write({ content: 'x', tags: ['t'.repeat(129)] }), 400, '/tags/0'],
      ['importance 11', () => write({ content: 'x', importance: 11 }), 400, '/importance'],
      ['a content of 100,001 characters', () => write({ content: 'x'.repeat(100_001) }), 400, '/content'],
      ['a title of 256 characters', () => write({ content: 'x', title: '😀'.repeat(256) }), 400, '/title'],
      ['an empty content', () => write({ content: '' }), 400, '/content'],
      [
        'a batch of 501',
        () => post(`/diaries/${diary}/entries/batch`, { entries: Array(501).fill({ content: 'x' }) }),
        400,
        '/entries',
      ],
      [
        'a cursor from elsewhere',
        () => server.call('GET', `/diaries/${diary}/entries?cursor=abc`, { token }),
        400,
        '/cursor',
      ],
      ['an id that is none', () => server.call('GET', '/entries/42', { token }), 400, '/entryId'],
    ];
    for (const [what, send, status, pointer] of cases) {
      it(`refuses ${what} and names it`, async () => {
        const answer = await send();
        expect(answer.status, JSON.stringify(answer.body)).to.equal(status);
        if (pointer) expect(answer.body.errors?.map((fault) => fault.pointer)).to.include(pointer);
      });
    }

    it('takes 100,000 characters of punctuation, emoji and CJK, and finds what can be found', async () => {
      for (const unit of ['!?', '😀', '漢字', 'x']) {
        const content = unit.repeat(Math.floor(100_000 / [...unit].length));
        expect((await write({ content })).status, unit).to.equal(201);
      }
      const found = await post('/search', { query: '漢字', limit: 3 });
      expect(found.body.hits[0].entry.content).to.match(/^漢字/);
    });

    it('refuses a cursor of another list', async () => {
      const page = await server.call('GET', `/diaries/${diary}/entries?limit=1`, { token });
      const other = await server.call('GET', `/diaries?cursor=${page.body.nextCursor}`, { token });
      expect(other.status).to.equal(400);
    });
  });

  describe('other agents', () => {
    it('see nothing of what is not theirs: not the diary, the entry, the run, nor a search hit', async () => {
      const written = await write({ content: 'A secret about walruses.' });
      const stranger = await server.newAgent('stranger');
      const paths = [
        `/diaries/${diary}`,
        `/diaries/${diary}/entries`,
        `/diaries/${diary}/tags`,
        `/entries/${written.body.id}`,
        `/entries/${written.body.id}/history`,
        `/workflows/${written.headers.get('workflow-id')}`,
        '/ops/workflows',
        '/ops/audit',
      ];
      for (const path of paths) {
        expect((await server.call('GET', path, { token: stranger })).status, path).to.equal(404);
      }
      const search = await server.call('POST', '/search', { token: stranger, body: { query: 'walruses' } });
      expect(search.body.hits).to.deep.equal([]);
      const scoped = await server.call('POST', '/search', {
        token: stranger,
        body: { query: 'walruses', diaryIds: [diary] },
      });
      expect(scoped.status).to.equal(404);
      const edit = await server.call('PATCH', `/entries/${written.body.id}`, {
        token: stranger,
        body: { title: 'Mine' },
        headers: { 'If-Match': '"1"' },
      });
      expect(edit.status).to.equal(404);
      const foreign = await server.call('POST', `/diaries/${diary}/entries`, {
        token: stranger,
        body: { content: 'x' },
      });
      expect(foreign.status).to.equal(404);
    });

    it('need a token', async () => {
      for (const path of ['/diaries', '/agents/whoami', '/ops/workflows', `/entries/${randomUUID()}`]) {
        expect((await server.call('GET', path)).status, path).to.equal(401);
        expect((await server.call('GET', path, { token: 'wrong' })).status, path).to.equal(401);
      }
    });
  });

  describe('editing and deleting', () => {
    it('needs the version, applies one of two edits, and keeps what was', async () => {
      const { body: entry } = await write({ content: 'Version one.' });
      const path = `/entries/${entry.id}`;
      expect((await server.call('PATCH', path, { token, body: { content: 'x' } })).status).to.equal(428);
      const edits = await Promise.all(
        ['two', 'zwei'].map((word) =>
          server.call('PATCH', path, { token, body: { content: `Version ${word}.` }, headers: { 'If-Match': '"1"' } }),
        ),
      );
      expect(edits.map((answer) => answer.status).sort()).to.deep.equal([200, 412]);
      const history = await server.call('GET', `${path}/history`, { token });
      expect(history.body.versions.map((version: { version: number }) => version.version)).to.deep.equal([2, 1]);
      expect(history.body.versions[1].content).to.equal('Version one.');
    });

    it('answers a deleted entry as gone, and shows its hash and nothing of its text', async () => {
      const { body: entry } = await write({ content: 'To be deleted.' });
      const path = `/entries/${entry.id}`;
      expect((await server.call('DELETE', `${path}?reason=mistake`, { token })).status).to.equal(204);
      expect((await server.call('DELETE', path, { token })).status).to.equal(204);
      expect((await server.call('GET', path, { token })).status).to.equal(410);
      const history = await server.call('GET', `${path}/history`, { token });
      expect(history.body).to.include({ erasedBecause: 'mistake' });
      expect(history.body.versions[0]).to.include({ content: null, salt: null, contentHash: entry.contentHash });
    });
  });

  describe('reading', () => {
    it('pages through a diary without a gap or a double', async () => {
      const own = (await post('/diaries', { name: 'Pages' })).body.id as string;
      const entries = Array.from({ length: 25 }, (_, i) => ({ content: `Page note ${i}` }));
      await post(`/diaries/${own}/entries/batch`, { entries });
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page = await server.call('GET', `/diaries/${own}/entries?limit=10${cursor && `&cursor=${cursor}`}`, {
          token,
        });
        seen.push(...page.body.items.map((item: { id: string }) => item.id));
        cursor = page.body.nextCursor;
      }
      expect(seen).to.have.length(25);
      expect(new Set(seen)).to.have.length(25);
    });

    it('finds an entry by a question, and says how', async () => {
      await write({ title: 'Deploy', content: 'The deploy failed because the migration took 30 minutes.' });
      const found = await post('/search', { query: 'why did the deploy fail?', explain: true });
      expect(found.status).to.equal(200);
      expect(found.body.hits[0].entry.title).to.equal('Deploy');
      expect(found.body.hits[0].explain.matched.content).to.include('deploy');
      expect(found.body.semantic).to.equal(false);
    });

    for (const query of [
      'the of and',
      '',
      '   ',
      '"unbalanced',
      "' & | ! ( ) : * <->",
      '-only -exclusions',
      '😀',
      'x'.repeat(100_000),
    ]) {
      it(`answers the query ${JSON.stringify(query.slice(0, 20))} without an error`, async () => {
        expect((await post('/search', { query })).status).to.equal(200);
      });
    }
  });

  it('shows a failed embedding to its author and to operators, who retry it', async () => {
    const file = join(server.dataDir, 'fail-embeddings');
    await writeFile(file, '');
    const { body: entry } = await write({ content: 'This one will fail to embed.' });
    await until(async () => {
      const { body } = await server.call('GET', `/entries/${entry.id}`, { token });
      return body.embedding.state === 'failed' && body.embedding.error.includes('rehearsed');
    });
    const operator = await server.token(server.operator);
    const failed = await until(async () => {
      const list = await server.call('GET', `/ops/workflows?status=failed&entry=${entry.id}`, { token: operator });
      return list.body.items[0];
    });
    expect(failed).to.include({ name: 'embedEntry', status: 'ERROR' });
    await rm(file);
    const retried = await server.call('POST', `/ops/workflows/${failed.id}/retry`, {
      token: operator,
      body: { reason: 'the rehearsal is over' },
    });
    expect(retried.status).to.equal(202);
    expect(retried.body.again.map((step: { name: string }) => step.name)).to.include('embedText');
    await until(async () => {
      const { body } = await server.call('GET', `/entries/${entry.id}`, { token });
      return body.embedding.state === 'embedded';
    });
    const audit = await server.call('GET', `/ops/audit?target=${failed.id}`, { token: operator });
    expect(audit.body.items[0]).to.deep.include({
      action: 'retry',
      reason: 'the rehearsal is over',
      after: { done: true },
    });
  });
});
