import { supersessionHash } from '@moltnet/protocol';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { findEntry } from '../../src/db/entries/findEntry.js';
import { listRelations } from '../../src/db/relations/relations.js';
import { listSupersession } from '../../src/db/relations/listSupersession.js';
import type { NewRelation } from '../../src/rules/relation.js';
import { startRun } from '../../src/runtime/startRun.js';
import { changeRelation } from '../../src/workflows/changeRelation.js';
import { deleteEntry } from '../../src/workflows/deleteEntry.js';
import { deleteRelation } from '../../src/workflows/deleteRelation.js';
import { relateEntries } from '../../src/workflows/relateEntries.js';
import { writeEntries } from '../../src/workflows/writeEntries.js';
import { draft, forkFromStart, now, startWorld, type Author, type World } from '../support/world.js';

describe('relations of entries', () => {
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

  async function write(by = author, where = diary): Promise<string> {
    const entry = draft(by, where, `Note ${randomUUID()}.`);
    await writeEntries('run', [entry]);
    return entry.id;
  }
  const writeSome = (count: number) => Promise.all(Array.from({ length: count }, () => write()));

  const relation = (fromId: string, toId: string, more: Partial<NewRelation> = {}): NewRelation => ({
    id: randomUUID(),
    agentId: author.agentId,
    fromId,
    toId,
    type: 'supersedes',
    status: 'accepted',
    evidence: {},
    requestHash: 'r',
    createdAt: now(),
    ...more,
  });
  const successorOf = async (id: string) => (await findEntry(world.db, author.agentId, id))?.supersededBy;
  const eventsOf = (kind: string, id: string) => world.db('outbox').where({ kind, subject_id: id });

  it('keep what one entry says about another, with the evidence and the hashes of both', async () => {
    const [a = '', b = ''] = await writeSome(2);
    const made = relation(a, b, { type: 'supports', evidence: { lines: [1, 2] } });
    expect(await relateEntries(made)).to.deep.equal({ outcome: 'applied' });
    const [entryA, entryB] = [
      await findEntry(world.db, author.agentId, a),
      await findEntry(world.db, author.agentId, b),
    ];
    for (const end of [a, b]) {
      const [found] = await listRelations(world.db, author.agentId, end);
      expect(found).to.deep.include({ type: 'supports', fromId: a, toId: b, evidence: { lines: [1, 2] } });
      expect(found).to.include({ fromHash: entryA!.contentHash, toHash: entryB!.contentHash });
    }
    expect(await successorOf(b)).to.equal(null);
  });

  it('put a successor in the place of what it supersedes, tell of it, and take it back', async () => {
    const [successor = '', former = ''] = await writeSome(2);
    const made = relation(successor, former);
    await relateEntries(made);
    expect(await successorOf(former)).to.equal(successor);
    const [event] = await eventsOf('entry.superseded', former);
    const [one, other] = [
      await findEntry(world.db, author.agentId, former),
      await findEntry(world.db, author.agentId, successor),
    ];
    expect(event.subject_hash).to.equal(
      supersessionHash({
        entryId: former,
        contentHash: one!.contentHash,
        successorId: successor,
        successorHash: other!.contentHash,
      }),
    );
    const removal = { relationId: made.id, agentId: author.agentId };
    expect(await deleteRelation(removal)).to.deep.equal({ outcome: 'applied' });
    expect(await deleteRelation(removal)).to.deep.equal({ outcome: 'already' });
    expect(await successorOf(former)).to.equal(null);
    expect(await eventsOf('entry.restored', former)).to.have.length(1);
    expect(await listRelations(world.db, author.agentId, former)).to.deep.equal([]);
    expect(await relateEntries(relation(successor, former))).to.deep.equal({ outcome: 'applied' });
  });

  it('have no effect while they are proposed, and have it once they are accepted', async () => {
    const [successor = '', former = ''] = await writeSome(2);
    const made = relation(successor, former, { status: 'proposed' });
    await relateEntries(made);
    expect(await successorOf(former)).to.equal(null);
    const change = (status: 'accepted' | 'rejected') =>
      changeRelation({ relationId: made.id, agentId: author.agentId, changes: { status } });
    expect(await change('accepted')).to.deep.equal({ outcome: 'applied' });
    expect(await change('accepted')).to.deep.equal({ outcome: 'already' });
    expect(await successorOf(former)).to.equal(successor);
    await change('rejected');
    expect(await successorOf(former)).to.equal(null);
  });

  it('answer the same when they are stored twice or forked', async () => {
    const [a = '', b = ''] = await writeSome(2);
    const made = relation(a, b);
    const run = await startRun(relateEntries, { agents: [author.agentId] }, made);
    expect(await run.result).to.deep.equal({ outcome: 'applied' });
    expect(await forkFromStart(run.workflowId)).to.deep.equal({ outcome: 'already' });
    expect(await relateEntries({ ...made, requestHash: 'x' })).to.include({ reason: 'IdempotencyKeyReused' });
    expect(await eventsOf('entry.superseded', b)).to.have.length(1);
    expect(await relateEntries(relation(a, b))).to.include({ outcome: 'refused', reason: 'Conflict' });
  });

  it('never close a circle of supersession, and give an entry one successor', async () => {
    const [a = '', b = '', c = ''] = await writeSome(3);
    await relateEntries(relation(b, a));
    await relateEntries(relation(c, b));
    expect(await relateEntries(relation(a, c))).to.include({ outcome: 'refused', reason: 'Conflict' });
    expect(await relateEntries(relation(c, a))).to.include({ outcome: 'refused', reason: 'Conflict' });
    expect(await listSupersession(world.db, b)).to.deep.equal({ supersedes: [a], supersededBy: [c] });
  });

  it('close no circle when those that would make one together come at once', async () => {
    for (let round = 0; round < 10; round++) {
      const ids = await writeSome(4);
      // Each alone is no circle, and no two of those across from each other share an entry.
      const outcomes = await Promise.all(ids.map((id, i) => relateEntries(relation(id, ids[(i + 1) % 4] ?? ''))));
      expect(outcomes.filter(({ outcome }) => outcome === 'refused')).to.have.length(1);
      const successors = await Promise.all(ids.map(successorOf));
      expect(successors.filter((successor) => successor === null)).to.have.length(1);
    }
  });

  it("supersede nobody else's entries, but for a manager, and none of another diary", async () => {
    const writer = await world.agent();
    const reader = await world.agent();
    const grant = { diary_id: diary, version: 1, changed_by: author.agentId, changed_at: new Date() };
    await world.db('diary_grants').insert([
      { ...grant, agent_id: writer.agentId, role: 'writer' },
      { ...grant, agent_id: reader.agentId, role: 'reader' },
    ]);
    const [mine, theirs] = [await write(), await write(writer)];
    const reasonOf = async (made: NewRelation) => {
      const outcome = await relateEntries(made);
      return outcome.outcome === 'refused' ? outcome.reason : outcome.outcome;
    };
    expect(await reasonOf(relation(theirs, mine, { agentId: writer.agentId }))).to.equal('Forbidden');
    expect(await reasonOf(relation(theirs, mine, { agentId: reader.agentId, type: 'supports' }))).to.equal('Forbidden');
    expect(await reasonOf(relation(theirs, mine, { agentId: (await world.agent()).agentId }))).to.equal('NotFound');
    expect(await reasonOf(relation(theirs, mine, { agentId: writer.agentId, status: 'proposed' }))).to.equal('applied');
    const proposed = (await listRelations(world.db, author.agentId, mine))[0]!;
    const accept = { relationId: proposed.id, changes: { status: 'accepted' as const } };
    expect(await changeRelation({ ...accept, agentId: writer.agentId })).to.include({ reason: 'Forbidden' });
    expect(await changeRelation({ ...accept, agentId: author.agentId })).to.deep.equal({ outcome: 'applied' });
    const elsewhere = await write(author, await world.diary(author));
    expect(await reasonOf(relation(elsewhere, theirs))).to.equal('Conflict');
    expect(await reasonOf(relation(elsewhere, theirs, { type: 'references' }))).to.equal('applied');
  });

  it('lose their evidence with either entry, and are made with none that is deleted', async () => {
    const [a = '', b = ''] = await writeSome(2);
    const made = relation(a, b, { type: 'contradicts', evidence: { quote: 'what b says' } });
    await relateEntries(made);
    await deleteEntry({ entryId: b, agentId: author.agentId, reason: '' });
    const [found] = await listRelations(world.db, author.agentId, a);
    expect(found?.evidence).to.deep.equal({});
    expect(await relateEntries(relation(a, b))).to.include({ outcome: 'refused', reason: 'Gone' });
  });
});
