import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Identity, RelationTuple, SubjectSet } from '../../src/ports/identity.js';

export const subject = (namespace: string, object: string, relation = ''): SubjectSet => ({
  namespace,
  object,
  relation,
});

/** `tuple('Diary', '1', 'readers', subject('Agent', '2'))` */
export const tuple = (namespace: string, object: string, relation: string, who: SubjectSet): RelationTuple => ({
  namespace,
  object,
  relation,
  subject: who,
});

/** Every page of what a filter fits. */
export async function listAll(
  { tuples }: Pick<Identity, 'tuples'>,
  filter: Parameters<Identity['tuples']['list']>[0],
  pageSize = 250,
): Promise<RelationTuple[]> {
  const found: RelationTuple[] = [];
  let pageToken: string | undefined;
  do {
    const page = await tuples.list(filter, { pageSize, pageToken });
    found.push(...page.tuples);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return found;
}

/** What the tuple service must do with our namespaces, whoever it is; each test cleans up after itself. */
export function tuplePortTests(open: () => Identity): void {
  const [diary, owner, reader, stranger] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const owns = tuple('Diary', diary, 'owners', subject('Agent', owner));
  const reads = tuple('Diary', diary, 'readers', subject('Agent', reader));
  const may = (action: string, agent: string) => tuple('Diary', diary, action, subject('Agent', agent));
  const tuples = () => open().tuples;

  it('tells from tuples who may do what, one at a time and many at once', async () => {
    await tuples().create(owns);
    await tuples().create(reads);
    expect(await tuples().check(may('read', reader))).to.equal('allowed');
    expect(await tuples().check(may('write', reader))).to.equal('denied');
    const agents = [owner, reader, stranger];
    const asked = ['read', 'write', 'readers', 'owners'].flatMap((name) => agents.map((agent) => may(name, agent)));
    expect((await tuples().checkMany(asked)).map((outcome) => outcome === 'allowed')).to.deep.equal([
      true,
      true,
      false,
      true,
      false,
      false,
      false,
      true,
      false,
      true,
      false,
      false,
    ]);
    await tuples().deleteAll({ namespace: 'Diary', object: diary });
    expect(await tuples().check(may('read', owner))).to.equal('denied');
  });

  it('follows a network to its members, and lets in nobody else', async () => {
    const network = randomUUID();
    const members = subject('Network', network, 'members');
    const joined = tuple('Network', network, 'members', subject('Agent', reader));
    const opened = tuple('Diary', diary, 'visitors', members);
    await tuples().patch({ insert: [joined, opened], remove: [] });
    expect(await tuples().checkMany([may('read', reader), may('write', reader), may('read', stranger)])).to.deep.equal([
      'allowed',
      'denied',
      'denied',
    ]);
    const tree = await tuples().expand(subject('Diary', diary, 'visitors'));
    expect(tree).to.deep.equal({
      subject: subject('Diary', diary, 'visitors'),
      children: [{ subject: members, children: [{ subject: subject('Agent', reader), children: [] }] }],
    });
    const shallow = await tuples().expand(subject('Diary', diary, 'visitors'), { maxDepth: 2 });
    expect(shallow?.children).to.deep.equal([{ subject: members, children: [] }]);
    await tuples().patch({ insert: [], remove: [joined, opened] });
    expect(await tuples().expand(subject('Diary', diary, 'visitors'))).to.equal(undefined);
  });

  it('changes several tuples in one request, and takes the same request twice', async () => {
    const changes = { insert: [reads], remove: [owns] };
    await tuples().create(owns);
    await tuples().patch(changes);
    await tuples().patch(changes);
    const found = await listAll(open(), { namespace: 'Diary', object: diary });
    expect([...new Set(found.map((one) => one.relation))]).to.deep.equal(['readers']);
    await tuples().patch({ insert: [], remove: [reads] });
    await tuples().patch({ insert: [], remove: [reads] });
    expect(await listAll(open(), { namespace: 'Diary', object: diary })).to.deep.equal([]);
  });

  it('lists by any part of a tuple, page by page and each once', async () => {
    const insert = Array.from({ length: 7 }, () => tuple('Diary', randomUUID(), 'owners', subject('Agent', owner)));
    insert.push(tuple('Diary', diary, 'readers', subject('Agent', owner)));
    await tuples().patch({ insert, remove: [] });
    const bySubject = { namespace: 'Diary', subject: subject('Agent', owner) };
    const objects = (found: RelationTuple[]) => found.map((one) => one.object).sort();
    expect(objects(await listAll(open(), bySubject, 3))).to.deep.equal(objects(insert));
    expect(await listAll(open(), { ...bySubject, relation: 'readers' })).to.deep.equal(insert.slice(7));
    expect(await listAll(open(), { ...bySubject, object: insert[2]?.object ?? '' })).to.deep.equal([insert[2]]);
    await tuples().deleteAll(bySubject);
    expect(await listAll(open(), bySubject)).to.deep.equal([]);
  });

  it('knows our namespaces', async () => {
    expect(await tuples().listNamespaces()).to.include.members(['Agent', 'Network', 'Diary']);
  });

  it('refuses to delete everything there is', async () => {
    const [outcome] = await Promise.allSettled([tuples().deleteAll({})]);
    expect(outcome).to.have.nested.property('reason.name', 'InternalError');
  });
}
