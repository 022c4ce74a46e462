import { expect } from 'chai';
import { generateSalt } from '@moltnet/protocol';
import { randomUUID } from 'node:crypto';
import { findDiary, listDiaries } from '../../src/db/diaries/readDiaries.js';
import { findEntry } from '../../src/db/entries/findEntry.js';
import { listEntries } from '../../src/db/entries/listEntries.js';
import { listVersions } from '../../src/db/entries/listVersions.js';
import type { EntryChanges } from '../../src/rules/changes.js';
import { startRunAs } from '../../src/runtime/startRun.js';
import { createDiary } from '../../src/workflows/createDiary.js';
import { deleteDiary } from '../../src/workflows/deleteDiary.js';
import { deleteEntry } from '../../src/workflows/deleteEntry.js';
import { embedPending } from '../../src/workflows/embedPending.js';
import { updateDiary } from '../../src/workflows/updateDiary.js';
import { updateEntry } from '../../src/workflows/updateEntry.js';
import { writeEntries } from '../../src/workflows/writeEntries.js';
import { draft, forkFromStart, now, startWorld, type Author, type World } from '../support/world.js';

describe('changes to entries and diaries', () => {
  let world: World;
  let author: Author;
  let diary: string;

  before(async () => {
    world = await startWorld();
  });
  beforeEach(async () => {
    author = await world.agent();
    diary = await world.diary(author);
  });
  after(() => world.stop());

  async function written(content = 'A first text.'): Promise<string> {
    const entry = draft(author, diary, content, { title: 'Title', tags: ['a', 'b'] });
    await writeEntries('run', [entry]);
    return entry.id;
  }

  const edit = (entryId: string, expectedVersion: number, changes: EntryChanges, agentId = author.agentId) => ({
    entryId,
    agentId,
    authorKeyId: author.keyId,
    expectedVersion,
    changes,
    salt: generateSalt(),
    revisedAt: now(),
  });

  describe('updateEntry', () => {
    it('replaces the fields given, keeps the former version and makes a new hash', async () => {
      const id = await written();
      const before = await findEntry(world.db, author.agentId, id);
      const outcome = await updateEntry(edit(id, 1, { content: 'A second text.', importance: 9 }));
      expect(outcome).to.deep.equal({ outcome: 'applied', version: 2 });
      const after = await findEntry(world.db, author.agentId, id);
      expect(after).to.deep.include({ version: 2, title: 'Title', content: 'A second text.', importance: 9 });
      expect(after?.contentHash).not.to.equal(before?.contentHash);
      const [former] = await listVersions(world.db, id);
      expect(former).to.deep.include({ version: 1, content: 'A first text.', contentHash: before?.contentHash });
    });

    it('changes once when it runs twice, is sent twice or is forked', async () => {
      const id = await written();
      const change = edit(id, 1, { title: 'New' });
      const run = await startRunAs(randomUUID(), updateEntry, { agents: [] }, change);
      expect(await run.result).to.deep.equal({ outcome: 'applied', version: 2 });
      expect(await updateEntry(change)).to.deep.equal({ outcome: 'already', version: 2 });
      expect(await updateEntry(edit(id, 1, { title: 'New' }))).to.deep.equal({ outcome: 'already', version: 2 });
      expect(await forkFromStart(run.workflowId)).to.deep.equal({ outcome: 'already', version: 2 });
      expect(await listVersions(world.db, id)).to.have.length(1);
    });

    it('applies one of two edits of one version', async () => {
      const id = await written();
      const outcomes = await Promise.all([
        updateEntry(edit(id, 1, { title: 'One' })),
        updateEntry(edit(id, 1, { title: 'Two' })),
      ]);
      expect(outcomes.map((outcome) => outcome.outcome).sort()).to.deep.equal(['applied', 'refused']);
      const refusal = outcomes.find((outcome) => outcome.outcome === 'refused');
      expect(refusal).to.include({ reason: 'VersionMismatch' });
    });

    it("answers another agent's entry as absent", async () => {
      const id = await written();
      const stranger = await world.agent();
      const outcome = await updateEntry(edit(id, 1, { title: 'Mine' }, stranger.agentId));
      expect(outcome).to.include({ outcome: 'refused', reason: 'NotFound' });
    });

    it('leaves no vector of the former text, and keeps it when only the importance changes', async () => {
      const id = await written();
      await embedPending(randomUUID());
      const vectors = () => world.db('entry_embeddings').where('entry_id', id).pluck('text_hash');
      const [first] = await vectors();
      await updateEntry(edit(id, 1, { importance: 1 }));
      expect(await vectors()).to.deep.equal([first]);
      await updateEntry(edit(id, 2, { content: 'Another text.' }));
      expect(await vectors()).to.deep.equal([]);
      await embedPending(randomUUID());
      expect(await vectors())
        .to.have.length(1)
        .and.not.include(first);
    });
  });

  describe('deleteEntry', () => {
    it('erases the text, its versions, vectors and the inputs of its runs, and leaves hash, author and time', async () => {
      const entry = draft(author, diary, 'zanzibar-1');
      const run = await startRunAs(randomUUID(), writeEntries, { agents: [], entries: [entry.id] }, 'run', [entry]);
      await run.result;
      const change = edit(entry.id, 1, { content: 'zanzibar-2' });
      await (
        await startRunAs(randomUUID(), updateEntry, { agents: [], entries: [entry.id] }, change)
      ).result;
      await embedPending(randomUUID());
      const before = await findEntry(world.db, author.agentId, entry.id);

      const erasure = { entryId: entry.id, agentId: author.agentId, reason: 'asked for' };
      expect(await deleteEntry(erasure)).to.deep.equal({ outcome: 'applied', version: 2 });
      expect(await deleteEntry(erasure)).to.deep.equal({ outcome: 'already', version: 2 });

      const left = await findEntry(world.db, author.agentId, entry.id);
      expect(left).to.include({ content: null, salt: null, contentHash: before?.contentHash, embedding: 'none' });
      expect(left?.erasedBecause).to.equal('asked for');
      expect(await listEntries(world.db, diary, { limit: 10 })).to.deep.equal([]);
      expect(await findEverywhere(world, 'zanzibar')).to.deep.equal([]);
    });

    it('refuses a version that is not the current one, and another agent', async () => {
      const id = await written();
      const stale = await deleteEntry({ entryId: id, agentId: author.agentId, reason: 'r', expectedVersion: 4 });
      const stranger = await world.agent();
      const foreign = await deleteEntry({ entryId: id, agentId: stranger.agentId, reason: 'r' });
      expect(stale).to.include({ reason: 'VersionMismatch' });
      expect(foreign).to.include({ reason: 'NotFound' });
    });

    it('answers a repeated write of a deleted entry as gone', async () => {
      const entry = draft(author, diary, 'Soon gone.');
      await writeEntries('run', [entry]);
      await deleteEntry({ entryId: entry.id, agentId: author.agentId, reason: 'r' });
      const [again] = await writeEntries('run', [entry]);
      expect(again).to.include({ outcome: 'refused', reason: 'Gone' });
    });
  });

  describe('diaries', () => {
    it('are created once for one id, and refused for another request under it', async () => {
      const input = {
        id: randomUUID(),
        ownerId: author.agentId,
        name: 'Work',
        description: '',
        visibility: 'private' as const,
        createdAt: now(),
        requestHash: 'one',
      };
      expect(await createDiary(input)).to.deep.equal({ outcome: 'applied', version: 1 });
      expect(await createDiary(input)).to.deep.equal({ outcome: 'already', version: 1 });
      expect(await createDiary({ ...input, requestHash: 'two' })).to.include({ reason: 'IdempotencyKeyReused' });
      expect(await findDiary(world.db, author.agentId, input.id)).to.include({ name: 'Work', version: 1 });
    });

    it('change by compare-and-set, once', async () => {
      const change = { diaryId: diary, agentId: author.agentId, expectedVersion: 1, changes: { name: 'Renamed' } };
      expect(await updateDiary(change)).to.deep.equal({ outcome: 'applied', version: 2 });
      expect(await updateDiary(change)).to.deep.equal({ outcome: 'already', version: 2 });
      expect(await updateDiary({ ...change, changes: { name: 'Other' } })).to.include({ reason: 'VersionMismatch' });
    });

    it('are unreadable once deleted, with every entry erased', async () => {
      await writeEntries(
        'run',
        Array.from({ length: 30 }, (_, i) => draft(author, diary, `zebra ${i}`)),
      );
      const removal = { diaryId: diary, agentId: author.agentId };
      expect(await deleteDiary(removal)).to.include({ outcome: 'applied' });
      expect(await deleteDiary(removal)).to.include({ outcome: 'already' });
      expect(await findDiary(world.db, author.agentId, diary)).to.equal(undefined);
      expect(await listDiaries(world.db, author.agentId, { limit: 10 })).to.deep.equal([]);
      expect(await world.db('entries').where('diary_id', diary).whereNull('erased_at')).to.deep.equal([]);
    });
  });
});

/** The tables of the application and of DBOS in which a text stands, in whatever column. */
async function findEverywhere({ db }: World, text: string): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { name: string }[] }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema in ('public', 'dbos') and table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const hits = await db.raw<{ rows: unknown[] }>(`select 1 from ${name} t where t::text like ? limit 1`, [
      `%${text}%`,
    ]);
    if (hits.rows.length > 0) found.push(name);
  }
  return found;
}
