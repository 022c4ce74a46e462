import { generateKeyPair, sign } from '@moltnet/protocol';
import { register } from '@moltnet/sdk';
import { expect } from 'chai';
import {
  callTool,
  connectLegacy,
  connectModern,
  startTestMcp,
  type McpClient,
  type TestMcp,
  type ToolAnswer,
} from '../support/mcp.js';

/** Sent to every client: a name that changes breaks what people have written into their prompts and permissions. */
const TOOL_NAMES = [
  'moltnet_whoami',
  'agent_lookup',
  'diaries_list',
  'diaries_create',
  'diaries_get',
  'diaries_share',
  'diaries_unshare',
  'diaries_grants',
  'diary_tags',
  'entries_create',
  'entries_get',
  'entries_list',
  'entries_search',
  'entries_update',
  'entries_delete',
  'relations_create',
  'relations_list',
  'relations_delete',
  'crypto_prepare_signature',
  'crypto_submit_signature',
  'crypto_signing_status',
  'crypto_verify',
  'consolidations_run',
  'consolidations_get',
  'consolidations_revert',
  'workflows_get',
];

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('MCP tools', () => {
  let mcp: TestMcp;
  before(async function () {
    this.timeout(60_000);
    mcp = await startTestMcp();
  });
  after(() => mcp.stop());

  for (const [revision, connect] of [
    ['2025-11-25', connectLegacy],
    ['2026-07-28', connectModern],
  ] as const) {
    describe(`for a client of ${revision}`, () => {
      let client: McpClient;
      let diaryId = '';
      before(async () => {
        client = await connect(mcp.url, await mcp.newToken());
        const { data } = await call('diaries_create', { name: 'Work notes', description: 'what happens at work' });
        diaryId = data.diary.id;
      });
      after(() => client.close());

      const call = (name: string, args?: Record<string, unknown>): Promise<ToolAnswer> => callTool(client, name, args);
      const write = async (content: string, more: object = {}): Promise<ToolAnswer> =>
        call('entries_create', { diary_id: diaryId, content, ...more });

      it('lists its tools under their names, in their order, with titles, annotations and schemas', async () => {
        const { tools } = await client.listTools();
        expect(tools.map((tool) => tool.name)).to.deep.equal(TOOL_NAMES);
        for (const tool of tools) {
          expect(tool.title, tool.name).to.be.a('string');
          expect(tool.annotations, tool.name).to.have.all.keys(
            'readOnlyHint',
            'destructiveHint',
            'idempotentHint',
            'openWorldHint',
          );
          expect(tool.inputSchema, tool.name).to.include({ type: 'object', additionalProperties: false });
          expect(tool.outputSchema, tool.name).to.include({ type: 'object' });
        }
        const destructive = tools.filter((tool) => tool.annotations?.destructiveHint);
        expect(destructive.map((tool) => tool.name)).to.deep.equal([
          'entries_delete',
          'relations_delete',
          'consolidations_revert',
        ]);
        const writing = tools.filter((tool) => !tool.annotations?.readOnlyHint).map((tool) => tool.name);
        expect(writing).to.deep.equal([
          'diaries_create',
          'diaries_share',
          'diaries_unshare',
          'entries_create',
          'entries_update',
          'entries_delete',
          'relations_create',
          'relations_delete',
          'crypto_prepare_signature',
          'crypto_submit_signature',
          'consolidations_run',
          'consolidations_revert',
        ]);
      });

      it('says who the caller is, and finds an agent by that fingerprint', async () => {
        const me = await call('moltnet_whoami');
        expect(me.text).to.match(/^You are tester, fingerprint ([0-9A-F]{4}-){3}[0-9A-F]{4}, role agent\.$/);
        const found = await call('agent_lookup', { fingerprint: me.data.fingerprint });
        expect(found.data).to.deep.include({ id: me.data.id, public_key: me.data.public_key });
      });

      it('lists and reads diaries', async () => {
        const list = await call('diaries_list');
        expect(list.data.diaries.map((diary: { id: string }) => diary.id)).to.deep.equal([diaryId]);
        expect(list.text).to.equal(`Work notes · private · diary ${diaryId} · what happens at work`);
        const one = await call('diaries_get', { diary_id: diaryId });
        expect(one.data).to.deep.include({ id: diaryId, visibility: 'private', version: 1 });
      });

      it('writes an entry, finds it by its words, reads it, and lists it', async () => {
        const written = await write('The deploy failed because the migration took 30 minutes.', {
          title: 'Deploy',
          tags: ['ops'],
          importance: 7,
        });
        expect(written.data).to.include({ status: 'done', version: 1, verdict: 'new' });
        const id = written.data.entry_id;

        const found = await call('entries_search', { query: 'why did the deploy fail' });
        expect(found.data.hits[0]).to.deep.include({ id, diary_id: diaryId, title: 'Deploy', tags: ['ops'] });
        expect(found.text).to.include('[1] Deploy · episodic').and.include(`entry ${id} version 1`);
        expect(found.text).to.include('Not searched by meaning').and.include('words and spellings only');

        const read = await call('entries_get', { entry_id: id });
        expect(read.data.entry).to.include({ id, importance: 7, version: 1 });
        expect(read.text).to.include('The deploy failed because');
        const list = await call('entries_list', { diary_id: diaryId, tags: ['ops'] });
        expect(list.data.entries.map((entry: { id: string }) => entry.id)).to.deep.equal([id]);
        const tags = await call('diary_tags', { diary_id: diaryId });
        expect(tags.text).to.equal('#ops (1)');
        const run = await call('workflows_get', { workflow_id: written.data.workflow_id });
        expect(run.data).to.deep.include({ name: 'writeEntries', status: 'SUCCESS', entry_ids: [id] });
      });

      it('says of which entry a text is the duplicate, and what to do', async () => {
        const content = 'Backups run at three in the morning.';
        const first = await write(content);
        const second = await write(content);
        expect(second.data).to.include({ verdict: 'exact_duplicate', duplicate_of: first.data.entry_id });
        expect(second.text).to.include(`exactly this text: entry ${first.data.entry_id}`).and.include('entries_delete');
      });

      it('creates once for two calls with one request_id, and refuses another text under it', async () => {
        const args = { request_id: 'note-1' };
        const first = await write('Once and no more.', args);
        const again = await write('Once and no more.', args);
        expect(again.data.entry_id).to.equal(first.data.entry_id);
        const other = await write('Something else.', args);
        expect(other).to.include({ isError: true });
        expect(other.text).to.match(/^IdempotencyKeyReused: .*Use a new one for a new entry/);

        const named = { name: 'Twice asked', request_id: 'diary-1' };
        const diary = await call('diaries_create', named);
        expect((await call('diaries_create', named)).data.diary.id).to.equal(diary.data.diary.id);
      });

      it('edits the version that was read, and tells the holder of a stale one to read again', async () => {
        const { data } = await write('The port is 8080.');
        const edit = { entry_id: data.entry_id, version: 1, content: 'The port is 8081.' };
        const edited = await call('entries_update', edit);
        expect(edited.data.entry).to.include({ version: 2, content: 'The port is 8081.' });
        const stale = await call('entries_update', { ...edit, content: 'The port is 8082.' });
        expect(stale.isError).to.equal(true);
        expect(stale.text).to.match(/^VersionMismatch: .*entries_get.*send the version that you then read/);
        const history = await call('entries_get', { entry_id: data.entry_id, history: true });
        expect(history.data.versions.map((one: { content: string }) => one.content)).to.deep.equal([
          'The port is 8081.',
          'The port is 8080.',
        ]);
      });

      it('deletes for good, and tells whoever reads it then what is left', async () => {
        const { data } = await write('A secret that should not have been written down.');
        const args = { entry_id: data.entry_id, reason: 'a secret' };
        expect((await call('entries_delete', args)).text).to.equal(`Deleted: entry ${data.entry_id}.`);
        const gone = await call('entries_get', { entry_id: data.entry_id });
        expect(gone.text).to.match(/^Gone: .*history=true/);
        const left = await call('entries_get', { entry_id: data.entry_id, history: true });
        expect(left.data.deleted_because).to.equal('a secret');
        expect(left.text).to.include('The text is gone');
      });

      it('keeps an answer within its token budget, cutting even a first hit that is too long, and says so', async () => {
        const long = `Zebra census. ${'The zebras were counted again and again. '.repeat(50)}`;
        for (const number of [1, 2, 3]) await write(`${long}${number}`);
        const found = await call('entries_search', { query: 'zebra census', limit: 3, token_budget: 100 });
        expect(found.data.omitted).to.equal(2);
        expect(found.data.hits).to.have.length(1);
        expect(found.data.hits[0].content).to.have.length(400);
        expect(found.text).to.include('(cut; entries_get has all)').and.include('2 more did not fit token_budget 100');
      });

      it('says what is wrong with an argument, and where', async () => {
        const local = await call('entries_create', { diary_id: diaryId, content: 'x', importance: 11 });
        expect(local.isError).to.equal(true);
        expect(local.text).to.include('importance');
        const remote = await call('entries_list', { diary_id: diaryId, created_after: 'yesterday' });
        expect(remote.text).to.match(/^InvalidInput: .*created_after must be an RFC 3339 time/);
      });

      it('answers what is not there with what to look at instead', async () => {
        const absent = await call('entries_get', { entry_id: NOBODY });
        expect(absent.isError).to.equal(true);
        expect(absent.text).to.match(/^NotFound: .*diaries_list and entries_search/);
      });

      it('gives resources: who one is, diaries, entries, agents, and the newest entries', async () => {
        const { data } = await write('A resource.');
        const read = async (uri: string) => {
          const { contents } = await client.readResource({ uri });
          return JSON.parse((contents[0] as { text: string }).text);
        };
        const me = await read('moltnet://identity');
        expect(await read(`moltnet://agents/${me.fingerprint}`)).to.deep.equal(me);
        expect(await read(`moltnet://diaries/${diaryId}`)).to.include({ id: diaryId, name: 'Work notes' });
        expect(await read(`moltnet://entries/${data.entry_id}`)).to.include({ content: 'A resource.' });
        const recent = await read('moltnet://entries/recent');
        expect(recent.entries[0]).to.include({ id: data.entry_id });
        const { resources } = await client.listResources();
        expect(resources.map(({ uri }) => uri)).to.include.members([
          'moltnet://identity',
          'moltnet://entries/recent',
          `moltnet://diaries/${diaryId}`,
        ]);
        const { resourceTemplates } = await client.listResourceTemplates();
        expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).to.deep.equal([
          'moltnet://diaries/{id}',
          'moltnet://entries/{id}',
          'moltnet://agents/{fingerprint}',
        ]);
      });

      it('refuses a resource that is not there by its address', async () => {
        const failure = await client.readResource({ uri: `moltnet://entries/${NOBODY}` }).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(failure).to.include({ code: -32602 });
        expect(String(failure)).to.include('NotFound');
      });

      it('gives prompts that bring what they speak of', async () => {
        await write('The coffee machine needs descaling every month.');
        const { prompts } = await client.listPrompts();
        expect(prompts.map((prompt) => prompt.name)).to.deep.equal(['reflect', 'recall', 'sign_message']);
        const textOf = async (name: string, args: Record<string, string>) => {
          const { messages } = await client.getPrompt({ name, arguments: args });
          return (messages[0]?.content as { text: string }).text;
        };
        expect(await textOf('recall', { question: 'coffee machine' })).to.include('descaling every month');
        expect(await textOf('reflect', { diary_id: diaryId })).to.include('descaling every month');
        expect(await textOf('reflect', { diary_id: NOBODY })).to.include('NotFound');
        const signing = await textOf('sign_message', { message: 'I was here.' });
        expect(signing).to.include('I was here.').and.include('crypto_prepare_signature');
      });
    });
  }

  it('share a diary, as far as the role goes and as long as it lasts', async () => {
    const [mine, theirs] = await Promise.all([mcp.newToken(), mcp.newToken()]);
    const [me, them] = [await connectModern(mcp.url, mine), await connectLegacy(mcp.url, theirs)];
    const { fingerprint: agent } = (await callTool(them, 'moltnet_whoami')).data;
    const { data: created } = await callTool(me, 'diaries_create', { name: 'Shared' });
    const diary = { diary_id: created.diary.id };
    await callTool(me, 'entries_create', { ...diary, content: 'The lighthouse keeper is called Ada.' });
    const shared = await callTool(me, 'diaries_share', { ...diary, agent });
    expect(shared.text).to.equal(`Shared: tester is reader of diary ${created.diary.id}.`);
    expect((await callTool(me, 'diaries_grants', diary)).text).to.equal(`${agent} · reader · tester`);
    expect((await callTool(them, 'diaries_list')).text).to.include('Shared · private, you are reader');
    expect((await callTool(them, 'entries_search', { query: 'lighthouse keeper' })).data.hits).to.have.length(1);
    expect((await callTool(them, 'entries_create', { ...diary, content: 'x' })).text).to.match(/^Forbidden: /);
    expect((await callTool(them, 'diaries_grants', diary)).text).to.match(/^Forbidden: /);
    await callTool(me, 'diaries_unshare', { ...diary, agent });
    expect((await callTool(them, 'entries_search', { query: 'lighthouse keeper' })).data.hits).to.deep.equal([]);
    expect((await callTool(them, 'diaries_get', diary)).text).to.match(/^NotFound: /);
    await Promise.all([me.close(), them.close()]);
  });

  it('walk a model through signing an entry with a key that they never see', async () => {
    const { privateKey } = generateKeyPair();
    const { credentials } = await register({ baseUrl: mcp.api.url, privateKey, name: 'signer' });
    const me = await connectModern(mcp.url, await mcp.tokenFor(credentials));
    const { data: diary } = await callTool(me, 'diaries_create', { name: 'Signed' });
    const { data: entry } = await callTool(me, 'entries_create', { diary_id: diary.diary.id, content: 'Mine.' });
    const { data: prepared } = await callTool(me, 'crypto_prepare_signature', { entry_ids: [entry.entry_id] });
    const { signing_request_id, signing_input, key_id } = prepared.request;
    expect((await callTool(me, 'crypto_signing_status')).text).to.include(signing_request_id);
    const signWith = (key: string) => sign(key, Buffer.from(signing_input, 'base64'));
    const submit = (key: string) =>
      callTool(me, 'crypto_submit_signature', { signing_request_id, signature: signWith(key) });
    expect((await submit(generateKeyPair().privateKey)).text).to.match(/^InvalidInput: .* answer again/);
    expect((await submit(privateKey)).data.request).to.include({ state: 'signed' });
    expect((await callTool(me, 'entries_get', { entry_id: entry.entry_id })).text).to.include('Signed by its author');
    const { data: verdict } = await callTool(me, 'crypto_verify', {
      key_id,
      signature: signWith(privateKey),
      signing_input,
    });
    expect(verdict.valid).to.equal(true);
    await me.close();
  });

  it("show no agent another's entries", async () => {
    const [mine, theirs] = await Promise.all([mcp.newToken(), mcp.newToken()]);
    const [me, them] = [await connectModern(mcp.url, mine), await connectLegacy(mcp.url, theirs)];
    const { data: created } = await callTool(me, 'diaries_create', { name: 'Mine' });
    const content = 'The password of the lighthouse is not to be told.';
    const { data } = await callTool(me, 'entries_create', { diary_id: created.diary.id, content });
    expect((await callTool(them, 'entries_search', { query: 'lighthouse password' })).data.hits).to.deep.equal([]);
    expect((await callTool(them, 'diaries_list')).data.diaries).to.deep.equal([]);
    const asked = await Promise.all([
      callTool(them, 'entries_get', { entry_id: data.entry_id }),
      callTool(them, 'entries_update', { entry_id: data.entry_id, version: 1, content: 'x' }),
      callTool(them, 'entries_delete', { entry_id: data.entry_id }),
      callTool(them, 'entries_list', { diary_id: created.diary.id }),
      callTool(them, 'workflows_get', { workflow_id: data.workflow_id }),
    ]);
    for (const { text } of asked) expect(text).to.match(/^NotFound: /);
    expect((await callTool(me, 'entries_search', { query: 'lighthouse password' })).data.hits).to.have.length(1);
    await Promise.all([me.close(), them.close()]);
  });
});
