import { expect } from 'chai';
import { findVectorIndex } from '../../src/db/search/vectorIndex.js';
import { EXACT_UP_TO } from '../../src/rules/chooseVectorPlan.js';
import { tendSearch } from '../../src/workflows/tendSearch.js';
import { writeEntries } from '../../src/workflows/writeEntries.js';
import { draft, startWorld, type World } from '../support/world.js';

describe('tendSearch', () => {
  let world: World;

  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  it('builds the vector index once there are too many vectors for an exact scan, and once only', async () => {
    const author = await world.agent();
    const entry = draft(author, await world.diary(author), 'One.');
    await writeEntries('run', [entry]);
    const model = world.ports.modelId();
    await tendSearch(new Date());
    expect(await findVectorIndex(world.db, model)).to.equal(undefined);
    await world.db.raw(
      `insert into entry_embeddings (model_id, entry_id, diary_id, chunk, text_hash, embedding)
       select ?, ?, ?, chunk, 'x', (select array_agg(sin(chunk * 0.7 + i))::vector from generate_series(1, 384) i)
       from generate_series(1, ?) chunk`,
      [model, entry.id, entry.diaryId, EXACT_UP_TO + 1],
    );
    await tendSearch(new Date());
    await tendSearch(new Date());
    expect(await findVectorIndex(world.db, model)).to.be.an('object');
  });
});
