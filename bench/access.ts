/**
 * What the permission check costs: `node dist/bench/access.js`, on TEST_DATABASE_URL or the embedded database. Each
 * statement is measured as it is, as an owner, a writer and a visitor run it, and in the form that knows owners alone; in
 * turns, so that what else the machine does touches them alike. Prints a table with the statements of each operation, and
 * writes bench/results/access.json; with --check it fails where an operation takes more than one statement.
 */
import { randomUUID } from 'node:crypto';
import { generateKeyPair } from '@moltnet/protocol';
import type { Db } from '../src/db/database.js';
import { findDiary, listFollowedDiaryIds } from '../src/db/diaries/readDiaries.js';
import { selectEntries } from '../src/db/entries/entry.js';
import { findEntry } from '../src/db/entries/findEntry.js';
import { storeEntries } from '../src/db/entries/storeEntries.js';
import { digestEntry } from '../src/rules/entryDigest.js';
import { freshDatabase } from '../test/support/database.js';
import { insertDiary, insertEntries } from '../test/support/entries.js';
import { draft, type Author } from '../test/support/world.js';
import { median, reportMisses, round, writeResults } from './measure.js';

const DIARIES = 2_000;
const GRANTS_OF_ONE = 50;
const TURNS = 400;

const keys = generateKeyPair();
const { db, drop } = await freshDatabase();
const owned = await insertDiary(db);
const [entryId = ''] = await insertEntries(db, owned, [{ content: 'What is read.' }]);
const [writer, visitor] = [await insertDiary(db), await insertDiary(db)];
await insertNeighbours();

/** Other diaries, of which the writer was granted some: what the indexes have to find their way through. */
async function insertNeighbours(): Promise<void> {
  await db.raw(
    `insert into diaries (id, owner_id, name, request_hash, created_at)
     select gen_random_uuid(), :owner, 'neighbour', '', now() from generate_series(1, :count)`,
    { owner: visitor.ownerId, count: DIARIES },
  );
  await db.raw(
    `insert into diary_grants (diary_id, agent_id, role, version, changed_by, changed_at)
     select id, cast(:agent as uuid), 'writer', 1, owner_id, now() from (
       select id, owner_id from diaries where owner_id = :owner limit :count) d
     union all select cast(:diary as uuid), cast(:agent as uuid), 'writer', 1, cast(:owner as uuid), now()`,
    { agent: writer.ownerId, owner: visitor.ownerId, diary: owned.id, count: GRANTS_OF_ONE },
  );
  await db('diaries').where('id', owned.id).update({ visibility: 'moltnet' });
  await db.raw('analyze diaries, diary_grants, entries');
}

const ownersOnly = (agentId: string) =>
  selectEntries(db)
    .join('diaries as d', 'd.id', 'e.diary_id')
    .where({ 'e.id': entryId, 'd.owner_id': agentId })
    .whereNull('d.deleted_at')
    .limit(1);

function write({ ownerId: agentId, keyId }: { ownerId: string; keyId: string }, database: Db) {
  const author: Author = { agentId, keyId, keys };
  const entry = draft(author, owned.id, randomUUID());
  const record = {
    ...entry,
    ...digestEntry(entry, entry.createdAt),
    exactInCall: null,
    nearInCall: null,
    signature: null,
    signaturePath: null,
  };
  return storeEntries(database, 'bench', [record]);
}

const OPERATIONS: Record<string, () => Promise<unknown>> = {
  'read an entry, owners alone': () => ownersOnly(owned.ownerId),
  'read an entry, as owner': () => findEntry(db, owned.ownerId, entryId),
  'read an entry, as writer': () => findEntry(db, writer.ownerId, entryId),
  'read an entry, as visitor': () => findEntry(db, visitor.ownerId, entryId),
  'find a diary, as writer': () => findDiary(db, writer.ownerId, owned.id),
  'store an entry, as owner': () => write(owned, db),
  'store an entry, as writer': () => write(writer, db),
  [`scope of a search, one own diary`]: () => listFollowedDiaryIds(db, owned.ownerId),
  [`scope of a search, ${GRANTS_OF_ONE} grants`]: () => listFollowedDiaryIds(db, writer.ownerId),
};

const times = new Map(Object.keys(OPERATIONS).map((name) => [name, [] as number[]]));
const statements = new Map<string, number>();
for (const [name, run] of Object.entries(OPERATIONS)) {
  let count = 0;
  const listen = () => (count += 1);
  db.on('query', listen);
  await run();
  db.removeListener('query', listen);
  statements.set(name, count);
}
for (let turn = 0; turn < TURNS; turn++) {
  for (const [name, run] of Object.entries(OPERATIONS)) {
    const from = performance.now();
    await run();
    times.get(name)?.push(performance.now() - from);
  }
}
await drop();

const results = Object.keys(OPERATIONS).map((what) => ({
  what,
  statements: statements.get(what) ?? 0,
  p50Ms: round(median(times.get(what) ?? [])),
}));
console.table(results);
await writeResults('access', results);
if (process.argv.includes('--check')) {
  reportMisses(results.map(({ what, statements: n }) => n > 1 && `${what} takes ${n} statements, not one`));
}
