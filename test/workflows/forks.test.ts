import { generateSalt } from '@moltnet/protocol';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { startRun } from '../../src/runtime/startRun.js';
import { createDiary } from '../../src/workflows/createDiary.js';
import { deleteDiary } from '../../src/workflows/deleteDiary.js';
import { deleteEntry } from '../../src/workflows/deleteEntry.js';
import { embedEntry } from '../../src/workflows/embedEntry.js';
import { embedPending } from '../../src/workflows/embedPending.js';
import { updateDiary } from '../../src/workflows/updateDiary.js';
import { updateEntry } from '../../src/workflows/updateEntry.js';
import { writeEntries } from '../../src/workflows/writeEntries.js';
import { draft, forkFromStart, now, startWorld, type World } from '../support/world.js';

/** An operator may fork any run from its first step, at any time: the state is then as it was after the first run. */
describe('A run that is forked from its start', () => {
  let world: World;

  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  /** Everything that the run has any say in, but for the times at which it was done. */
  async function stateOf(diary: string): Promise<unknown> {
    const { db } = world;
    const entries = await db('entries').where('diary_id', diary).orderBy('id').select('*');
    const ids = entries.map((entry: { id: string }) => entry.id);
    return {
      entries,
      diary: await db('diaries').where('id', diary).select('version', 'name', 'deleted_at'),
      versions: await db('entry_versions').whereIn('entry_id', ids).orderBy('version').select('*'),
      vectors: await db('entry_embeddings')
        .whereIn('entry_id', ids)
        .orderBy('entry_id')
        .select('entry_id', 'text_hash'),
      tasks: await db('embedding_tasks').whereIn('entry_id', ids).select('entry_id', 'state'),
      events: await db('outbox').where('diary_id', diary).orderBy('id').select('id', 'kind', 'subject_id'),
    };
  }

  it('changes nothing, whatever workflow it is of', async () => {
    const author = await world.agent();
    const diary = randomUUID();
    const entry = draft(author, diary, 'Forked.');
    const agentId = author.agentId;
    const owned = { ownerId: agentId, name: 'x', description: '', visibility: 'private' as const };
    const rename = { diaryId: diary, agentId, expectedVersion: 1, changes: { name: 'y' } };
    const edit = {
      entryId: entry.id,
      agentId,
      authorKeyId: author.keyId,
      expectedVersion: 1,
      changes: { content: 'Edited.' },
      salt: generateSalt(),
      revisedAt: now(),
    };
    const textHash = async () =>
      ((await world.db('entries').where('id', entry.id).first('text_hash')) as { text_hash: string }).text_hash;
    const about = { agents: [agentId] };
    const runs: [string, () => Promise<{ workflowId: string; result: Promise<unknown> }>][] = [
      ['createDiary', () => startRun(createDiary, about, { id: diary, ...owned, createdAt: now(), requestHash: 'r' })],
      ['updateDiary', () => startRun(updateDiary, about, rename)],
      ['writeEntries', () => startRun(writeEntries, about, 'run', [entry])],
      ['updateEntry', () => startRun(updateEntry, about, edit)],
      ['embedPending', () => startRun(embedPending, about, randomUUID())],
      ['embedEntry', async () => startRun(embedEntry, about, { entryId: entry.id, textHash: await textHash() })],
      ['deleteEntry', () => startRun(deleteEntry, about, { entryId: entry.id, agentId, reason: 'r' })],
      ['deleteDiary', () => startRun(deleteDiary, about, { diaryId: diary, agentId })],
    ];
    for (const [name, start] of runs) {
      const run = await start();
      const result = await run.result;
      expect(JSON.stringify(result), name).not.to.include('refused');
      const before = await stateOf(diary);
      await forkFromStart(run.workflowId);
      expect(await stateOf(diary), name).to.deep.equal(before);
    }
  });
});
