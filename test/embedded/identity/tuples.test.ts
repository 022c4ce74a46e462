import { expect } from 'chai';
import { startIdentityServer, type IdentityServer } from '../../../src/embedded/identity/server.js';
import type { Identity } from '../../../src/ports/identity.js';
import { createOryIdentity, oryUrls } from '../../../src/ports/ory/identity.js';
import type { Namespaces } from '../../../src/rules/namespaces.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { listAll, subject, tuple } from '../../support/tuplePort.js';

/** Groups in groups, which our own model has not: what Keto's rules mean shows in them. */
const NESTED: Namespaces = {
  User: { related: {}, permits: {} },
  Group: { related: { members: ['User', ['Group', 'members']], owners: ['User'] }, permits: {} },
  File: { related: { readers: [['Group', 'members']], parents: ['File'] }, permits: { read: ['readers'] } },
};

const members = (group: string) => subject('Group', group, 'members');
const contains = (group: string, who: ReturnType<typeof subject>) => tuple('Group', group, 'members', who);
const user = (name: string) => subject('User', name);

describe('relation tuples on the embedded identity server', () => {
  let database: FreshDatabase;
  let server: IdentityServer;
  let identity: Identity;

  before(async () => {
    database = await freshDatabase();
    server = await startIdentityServer(database.db, NESTED);
    identity = createOryIdentity({ urls: oryUrls(server.url), apiKey: server.apiKey, schemaId: 'agent' });
  });

  beforeEach(() => database.db('relation_tuples').delete());

  after(async () => {
    await server.close();
    await database.drop();
  });

  async function ask(method: string, path: string, body?: unknown, key = server.apiKey) {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as never) };
  }

  const insert = (...tuples: ReturnType<typeof tuple>[]) => identity.tuples.patch({ insert: tuples, remove: [] });

  describe('refuse what is not declared', () => {
    const relationship = { namespace: 'Group', object: 'g', relation: 'members', subject_set: user('u') };
    for (const [what, changes, status] of [
      ['a namespace that is not there', { namespace: 'Team' }, 404],
      ['a subject of a namespace that is not there', { subject_set: subject('Team', 't') }, 404],
      ['a namespace with a name that every object has', { namespace: 'constructor' }, 404],
      ['a relation that is not there', { relation: 'friends' }, 400],
      ['a relation with such a name', { relation: 'toString' }, 400],
      ['a subject of another type', { subject_set: subject('File', 'f') }, 400],
      ['a set of another relation', { subject_set: subject('Group', 'h', 'owners') }, 400],
      ['a set where only objects may be', { relation: 'owners', subject_set: members('h') }, 400],
      ['a subject id', { subject_set: undefined, subject_id: 'u' }, 400],
      ['a field that does not exist', { caveat: 'x' }, 400],
      ['NUL in a name', { object: 'g\u0000' }, 400],
    ] as const) {
      it(`: ${what}`, async () => {
        const given = { ...relationship, ...changes };
        const put = await ask('PUT', '/admin/relation-tuples', given);
        const patched = await ask('PATCH', '/admin/relation-tuples', [
          { action: 'insert', relation_tuple: relationship },
          { action: 'insert', relation_tuple: given },
        ]);
        expect([put.status, patched.status]).to.deep.equal([status, status]);
        expect(put.body).to.have.nested.property('error.message').that.is.a('string');
        expect(await database.db('relation_tuples')).to.deep.equal([]);
      });
    }
  });

  it('answer a check of an unknown namespace with no, and of an unknown relation with a fault', async () => {
    const asked = { namespace: 'Team', object: 't', relation: 'members', subject_set: user('u') };
    expect(await ask('POST', '/relation-tuples/check/openapi', asked)).to.deep.equal({
      status: 200,
      body: { allowed: false },
    });
    const wrong = { ...asked, namespace: 'Group', relation: 'friends' };
    expect((await ask('POST', '/relation-tuples/check/openapi', wrong)).status).to.equal(400);
    const { body } = await ask('POST', '/relation-tuples/batch/check', { tuples: [wrong, asked] });
    expect(body).to.deep.equal({
      results: [
        { allowed: false, error: 'The namespace Group has no relation or permission friends' },
        { allowed: false },
      ],
    });
  });

  it('give nothing for a set that was stored under another model', async () => {
    await insert(contains('g', user('u')));
    await database.db('relation_tuples').insert({
      namespace: 'Group',
      object: 'g',
      relation: 'owners',
      subject_namespace: 'Group',
      subject_object: 'g',
      subject_relation: 'members',
    });
    expect(await identity.tuples.check(tuple('Group', 'g', 'owners', user('u')))).to.equal('denied');
  });

  it('follow sets as deep as is asked, and say when that was not deep enough', async () => {
    await insert(
      tuple('File', 'f', 'readers', members('a')),
      contains('a', members('b')),
      contains('b', members('c')),
      contains('c', user('u')),
    );
    const depths = async (relation: string, who = 'u') => {
      const asked = tuple('File', 'f', relation, user(who));
      return Promise.all([1, 2, 3, 4, 5].map((maxDepth) => identity.tuples.check(asked, { maxDepth })));
    };
    const [no, yes, never] = ['undecided', 'allowed', 'denied'];
    expect(await depths('read')).to.deep.equal([no, no, no, yes, yes]);
    expect(await depths('readers')).to.deep.equal([no, no, yes, yes, yes]);
    expect(await depths('read', 'stranger')).to.deep.equal([no, no, no, never, never]);
  });

  it('never go deeper than five, whatever is asked', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    await insert(...names.slice(1).map((name, i) => contains(names[i] ?? '', members(name))), contains('g', user('u')));
    expect(await identity.tuples.check(contains('a', user('u')), { maxDepth: 50 })).to.equal('undecided');
    expect(await identity.tuples.check(contains('b', user('u')), { maxDepth: 50 })).to.equal('allowed');
  });

  it('end in circles, also among 10,000 tuples', async () => {
    const groups = Array.from({ length: 100 }, (_, i) => `g${i}`);
    const everyone = groups.flatMap((group) =>
      groups.map((other) => contains(group, other === group ? user(`u-${group}`) : members(other))),
    );
    for (let at = 0; at < everyone.length; at += 1000) await insert(...everyone.slice(at, at + 1000));
    expect(await listAll(identity, { namespace: 'Group' }, 1000)).to.have.lengthOf(10_000);
    const outcomes = await identity.tuples.checkMany([
      contains('g0', user('u-g99')),
      contains('g99', user('u-g0')),
      contains('g0', user('stranger')),
    ]);
    expect(outcomes).to.deep.equal(['allowed', 'allowed', 'denied']);
    const tree = await ask('GET', '/relation-tuples/expand?namespace=Group&object=g0&relation=members');
    expect(tree.status).to.equal(422);
  });

  it('expand a circle once', async () => {
    await insert(contains('a', members('b')), contains('b', members('a')), contains('b', user('u')));
    expect(await identity.tuples.expand(members('a'))).to.deep.equal({
      subject: members('a'),
      children: [
        {
          subject: members('b'),
          children: [
            { subject: members('a'), children: [] },
            { subject: user('u'), children: [] },
          ],
        },
      ],
    });
  });

  it('do not decide where a relation has more sets than are followed, unless they find it among the first', async () => {
    const many = Array.from({ length: 150 }, (_, i) => contains('wide', members(`w${i}`)));
    await insert(...many, contains('wide', user('direct')));
    expect(await identity.tuples.check(contains('wide', user('direct')))).to.equal('allowed');
    expect(await identity.tuples.check(contains('wide', user('stranger')))).to.equal('undecided');
  });

  it('refuse eleven checks at once, a page of more than a thousand, half a subject, and a foreign page token', async () => {
    const asked = { namespace: 'Group', object: 'g', relation: 'members', subject_set: user('u') };
    const eleven = { tuples: Array.from({ length: 11 }, () => asked) };
    const answers = [
      await ask('POST', '/relation-tuples/batch/check', eleven),
      await ask('GET', '/relation-tuples?page_size=1001'),
      await ask('GET', '/relation-tuples?subject_set.namespace=User'),
      await ask('GET', '/relation-tuples?page_token=abc'),
      await ask('GET', '/relation-tuples?colour=red'),
      await ask('POST', '/relation-tuples/check/openapi?max-depth=deep', asked),
    ];
    expect(answers.map((answer) => answer.status)).to.deep.equal([400, 400, 400, 400, 400, 400]);
  });

  it('answer nobody without the key', async () => {
    const paths = ['/relation-tuples', '/relation-tuples/expand', '/namespaces', '/admin/relation-tuples'];
    for (const path of paths) expect((await ask('GET', path, undefined, 'wrong')).status).to.equal(401);
  });

  it('take two changes of the same tuples at once', async () => {
    const tuples = Array.from({ length: 200 }, (_, i) => contains('g', user(`u${i}`)));
    const works = Array.from({ length: 8 }, (_, i) =>
      identity.tuples.patch(
        i % 2 === 0
          ? { insert: tuples.toReversed(), remove: [] }
          : { insert: tuples.slice(0, 100), remove: tuples.slice(100) },
      ),
    );
    await Promise.all(works);
    expect((await listAll(identity, { object: 'g' })).length).to.be.within(100, 200);
  });
});
