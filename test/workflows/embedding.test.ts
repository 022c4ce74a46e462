import { DBOS } from '@dbos-inc/dbos-sdk';
import { generateSalt } from '@moltnet/protocol';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { activateFilledModel, findActiveModel, registerModel } from '../../src/db/embeddings/models.js';
import { claimTasks, hasDueTasks, retryFailedTasks, storeEmbeddings } from '../../src/db/embeddings/tasks.js';
import { findEntry } from '../../src/db/entries/findEntry.js';
import { AppError } from '../../src/errors.js';
import { setPorts } from '../../src/ports/index.js';
import { embedPending } from '../../src/workflows/embedPending.js';
import { updateEntry } from '../../src/workflows/updateEntry.js';
import { writeEntries } from '../../src/workflows/writeEntries.js';
import { until } from '../support/until.js';
import { draft, now, poison, startWorld, type Author, type World } from '../support/world.js';

describe('embedding', () => {
  let world: World;
  let author: Author;
  let diary: string;

  before(async () => {
    world = await startWorld();
  });
  beforeEach(async () => {
    setPorts(world.ports);
    await world.db.raw('truncate entries, embedding_tasks, entry_embeddings cascade');
    author = await world.agent();
    diary = await world.diary(author);
    poison.works = false;
  });
  after(() => world.stop());

  async function write(...contents: string[]): Promise<string[]> {
    const drafts = contents.map((content) => draft(author, diary, content));
    await writeEntries('run', drafts);
    return drafts.map((entry) => entry.id);
  }

  const stateOf = async (id: string | undefined) => (await findEntry(world.db, author.agentId, id ?? ''))?.embedding;
  const vectorCount = async () => (await world.db('entry_embeddings')).length;

  it('gives every waiting entry its vector, in rounds of 64', async () => {
    await write(...Array.from({ length: 150 }, (_, i) => `Note number ${i}`));
    expect(await embedPending(randomUUID())).to.include({ embedded: 150, isolated: 0, postponed: null });
    expect(await vectorCount()).to.equal(150);
    expect(await hasDueTasks(world.db)).to.equal(false);
  });

  it('shares the work between runs that go on at once, and none is done twice', async () => {
    await write(...Array.from({ length: 100 }, (_, i) => `Shared ${i}`));
    const reports = await Promise.all([1, 2, 3].map(() => embedPending(randomUUID())));
    expect(reports.reduce((sum, report) => sum + report.embedded, 0)).to.equal(100);
  });

  it('lets a poison text fail alone, as a run of its own that an operator sees and retries', async () => {
    const [bad, good] = await write(`${poison.text}, sadly`, 'A good text');
    expect(await embedPending(randomUUID())).to.include({ embedded: 1, isolated: 1 });
    expect(await stateOf(good)).to.equal('embedded');
    const failed = await until(async () => {
      const runs = await DBOS.listWorkflows({ workflowName: 'embedEntry', attributes: { entries: [bad] }, limit: 5 });
      return runs.find((run) => run.status === 'ERROR');
    });
    expect(await stateOf(bad)).to.equal('failed');
    expect((await findEntry(world.db, author.agentId, bad ?? ''))?.embeddingError).to.equal(
      'The model failed on the text.',
    );

    poison.works = true;
    const handle = await DBOS.rewindWorkflow(failed.workflowID, { startStep: 0 });
    expect(await handle.getResult()).to.equal('applied');
    expect(await stateOf(bad)).to.equal('embedded');
  });

  it('makes a failed entry due again once its waiting time is over', async () => {
    const [bad] = await write(poison.text);
    await embedPending(randomUUID());
    await until(async () => (await stateOf(bad)) === 'failed');
    expect(await retryFailedTasks(world.db, 10)).to.equal(0);
    await world.db('embedding_tasks').update({ due_at: world.db.raw(`now() - interval '1 second'`) });
    expect(await retryFailedTasks(world.db, 10)).to.equal(1);
    poison.works = true;
    await embedPending(randomUUID());
    expect(await stateOf(bad)).to.equal('embedded');
  });

  it('gives the claim back when the embedder is away, and says why', async () => {
    setPorts({
      ...world.ports,
      embedder: { embedPassage: () => Promise.reject(new AppError('EmbedderUnavailable', 'No model.')) },
    });
    await write('One', 'Two');
    expect(await embedPending(randomUUID())).to.include({ embedded: 0, isolated: 0, postponed: 'No model.' });
    setPorts(world.ports);
    await world.db('embedding_tasks').update({ due_at: world.db.fn.now() });
    expect(await embedPending(randomUUID())).to.include({ embedded: 2 });
  });

  it('keeps the vectors that were computed before the embedder went away', async () => {
    let left = 2;
    setPorts({
      ...world.ports,
      embedder: {
        embedPassage: (text) =>
          left-- > 0
            ? world.ports.embedder.embedPassage(text)
            : Promise.reject(new AppError('EmbedderUnavailable', 'It died.')),
      },
    });
    await write('One', 'Two', 'Three', 'Four');
    expect(await embedPending(randomUUID())).to.include({ postponed: 'It died.' });
    expect(await vectorCount()).to.equal(2);
  });

  it('answers a claim that is asked for again with the same entries', async () => {
    await write('One', 'Two', 'Three');
    const first = await claimTasks(world.db, 'claim:0', 2);
    const again = await claimTasks(world.db, 'claim:0', 2);
    const other = await claimTasks(world.db, 'other:0', 2);
    expect(again).to.deep.equal(first);
    expect(other).to.have.length(1);
  });

  it('stores no vector for a text that was edited while it was computed', async () => {
    const [id = ''] = await write('Before');
    const [task] = await claimTasks(world.db, 'claim:0', 1);
    await updateEntry({
      entryId: id,
      agentId: author.agentId,
      authorKeyId: author.keyId,
      expectedVersion: 1,
      changes: { content: 'After' },
      salt: generateSalt(),
      revisedAt: now(),
    });
    const vector = new Float32Array(384).fill(0.05);
    const modelId = world.ports.modelId();
    const stale = { entryId: id, textHash: task?.textHash ?? '', truncated: false, vector };
    expect(await storeEmbeddings(world.db, modelId, [stale])).to.have.property('size', 0);
    expect(await vectorCount()).to.equal(0);
    expect(await stateOf(id)).to.equal('pending');
  });

  it('brings entries over to a new model while the old one serves, then switches', async () => {
    await write('One', 'Two');
    await embedPending(randomUUID());
    const old = await findActiveModel(world.db);
    const next = await registerModel(world.db, {
      fingerprint: 'another',
      name: 'another',
      revision: '1',
      dtype: 'q8',
      semantic: false,
    });
    expect(next.state).to.equal('filling');
    expect(await activateFilledModel(world.db, next.id)).to.equal(false);
    expect((await findActiveModel(world.db))?.id).to.equal(old?.id);
    setPorts({ ...world.ports, modelId: () => next.id });
    await embedPending(randomUUID());
    expect((await findActiveModel(world.db))?.id).to.equal(next.id);
    expect(await world.db('entry_embeddings').where('model_id', next.id)).to.have.length(2);
  });
});
