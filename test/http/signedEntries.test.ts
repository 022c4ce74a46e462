import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import {
  bodyCommitment,
  contentHash,
  entryHeader,
  entrySigningInput,
  generateKeyPair,
  generateSalt,
  keyId,
  readEntryHeader,
  sign,
  verify,
  type EntryHeader,
  type KeyPair,
} from '@moltnet/protocol';
import type { Db } from '../../src/db/database.js';
import { ports } from '../../src/ports/index.js';
import { startTestServer, type TestServer } from '../support/server.js';

const MINUTE_MS = 60_000;

describe('An entry that is signed at birth', () => {
  let server: TestServer;
  let db: Db;
  let keys: KeyPair;
  let token: string;
  let diaryId: string;

  before(async function () {
    this.timeout(60_000);
    server = await startTestServer();
    db = ports().db;
    keys = generateKeyPair();
    token = await server.newAgent('signer', keys);
    diaryId = (await newDiary()) as string;
  });
  after(() => server.stop());

  const newDiary = async () => (await server.call('POST', '/diaries', { token, body: { name: 'signed' } })).body.id;

  /** A signed entry as a client builds it by hand; `changes` go into what is signed, `by` is who signs. */
  function signed(content: string, changes: Partial<EntryHeader> = {}, { by = keys, salt = generateSalt() } = {}) {
    const header: EntryHeader = {
      entryId: randomUUID(),
      diaryId,
      authorKeyId: keyId(by.publicKey),
      createdAt: new Date().toISOString(),
      type: 'semantic',
      importance: 7,
      bodyCommitment: bodyCommitment({ salt, title: 'Deploy', content, tags: ['ops'] }),
      ...changes,
    };
    const signature = sign(by.privateKey, entrySigningInput(contentHash(header)));
    const fields = { type: 'semantic', importance: 7, title: 'Deploy', content, tags: ['ops'] };
    return { ...fields, proof: { header: entryHeader(header), salt, signature } };
  }

  const post = (body: object, diary = diaryId, as = token) =>
    server.call('POST', `/diaries/${diary}/entries`, { token: as, body });
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();

  it('is stored as it was signed, and shown with a signature that anyone can check', async () => {
    const entry = signed('The deploy went well.');
    const header = readEntryHeader(entry.proof.header);
    const written = await post(entry);
    expect(written.status, JSON.stringify(written.body)).to.equal(201);
    const read = await server.call('GET', `/entries/${header.entryId}`, { token });
    for (const { body } of [written, read]) {
      expect(body).to.include({ id: header.entryId, createdAt: header.createdAt, contentHash: contentHash(header) });
      expect(body).to.include({ signature: entry.proof.signature, verified: true });
      expect(body.signedBy).to.deep.equal({ keyId: keyId(keys.publicKey), signedAt: header.createdAt });
      expect(verify(keys.publicKey, entrySigningInput(body.contentHash), body.signature)).to.equal(true);
    }
  });

  it('is the same entry when the same header comes twice, also late, and is gone when it was deleted', async () => {
    const entry = signed('Once.');
    const { entryId } = readEntryHeader(entry.proof.header);
    expect((await post(entry)).status).to.equal(201);
    expect(await post(entry)).to.deep.include({ status: 200 });
    await db('agent_keys').where('key_id', keyId(keys.publicKey)).update({ valid_until: new Date() });
    try {
      expect((await post(entry)).status).to.equal(200);
    } finally {
      await db('agent_keys').where('key_id', keyId(keys.publicKey)).update({ valid_until: null });
    }
    await server.call('DELETE', `/entries/${entryId}`, { token });
    expect((await post(entry)).body).to.include({ status: 410, name: 'Gone' });
    expect(await db('entries').where('id', entryId).pluck('signature')).to.deep.equal([entry.proof.signature]);
  });

  it('is refused with what differs from what was signed', async () => {
    const other = (await newDiary()) as string;
    const entry = signed('As signed.');
    const attempts: [string, object, string?][] = [
      ['diaryId was signed as', entry, other],
      ['title, content, tags or salt', { ...entry, content: 'As altered.' }],
      ['title, content, tags or salt', { ...entry, proof: { ...entry.proof, salt: generateSalt() } }],
      ['importance was signed as 7, and is 8', { ...entry, importance: 8 }],
      ['type was signed as semantic, and is episodic', { ...entry, type: 'episodic' }],
      ['entryId was signed as', { ...entry, id: randomUUID() }],
      ['not by the key', { ...entry, proof: { ...entry.proof, signature: signed('Another.').proof.signature } }],
    ];
    for (const [what, body, diary] of attempts) {
      const answer = await post(body, diary);
      expect(answer.body, what).to.include({ status: 400, name: 'InvalidInput' });
      expect(answer.body.detail).to.include(what);
    }
    const { entryId } = readEntryHeader(entry.proof.header);
    expect((await server.call('GET', `/entries/${entryId}`, { token })).status).to.equal(404);
  });

  it('is refused when it is dated back or forward, with a name of its own and the time here', async () => {
    for (const minutes of [-6, 6]) {
      const answer = await post(signed('Dated.', { createdAt: inMinutes(minutes) }));
      expect(answer.body).to.include({ status: 400, name: 'ClockSkew', retryable: false });
      expect(Date.parse(answer.headers.get('date') ?? '')).to.be.closeTo(Date.now(), MINUTE_MS);
    }
    for (const minutes of [-4, 4]) {
      expect((await post(signed('Near.', { createdAt: inMinutes(minutes) }))).status).to.equal(201);
    }
  });

  it("is refused with a stranger's key, and with one that has ended", async () => {
    const stranger = generateKeyPair();
    expect((await post(signed('Stranger.', {}, { by: stranger }))).body.detail).to.include('is not one of yours');
    const theirs = await server.newAgent('thief', stranger);
    const thiefDiary = (await server.call('POST', '/diaries', { token: theirs, body: { name: 'loot' } })).body.id;
    const stolen = await post(signed('Stolen.', { diaryId: thiefDiary }), thiefDiary, theirs);
    expect(stolen.body.detail).to.include('is not one of yours');

    const rotated = generateKeyPair();
    const rotatedToken = await server.newAgent('rotated', rotated);
    const diary = (await server.call('POST', '/diaries', { token: rotatedToken, body: { name: 'r' } })).body.id;
    await db('agent_keys').where('key_id', keyId(rotated.publicKey)).update({ valid_until: new Date() });
    const late = await post(signed('Rotated.', { diaryId: diary }, { by: rotated }), diary, rotatedToken);
    expect(late.body).to.include({ status: 400, name: 'InvalidInput' });
    expect(late.body.detail).to.include('ended at');
  });

  it('is refused at the door when header or signature are not in their one form', async () => {
    const entry = signed('Shape.');
    const { header, signature } = entry.proof;
    const proofs = [
      { ...entry.proof, header: ` ${header}` },
      { ...entry.proof, header: header.replace('"moltnet:entry:v1"', '"moltnet:entry:v2"') },
      { ...entry.proof, header: '[]' },
      { ...entry.proof, header: '{"__proto__":1}' },
      { ...entry.proof, signature: signature.replace(/=$/, '') },
      { ...entry.proof, signature: `${signature.slice(0, 85)}B==` },
      { ...entry.proof, signature: `-${signature.slice(1)}` },
      { ...entry.proof, salt: 'AB'.repeat(32) },
    ];
    for (const proof of proofs) {
      const { status, body } = await post({ ...entry, proof });
      expect(status, JSON.stringify(proof)).to.equal(400);
      expect(body.errors[0].pointer).to.match(/^\/proof\/(header|signature|salt)$/);
    }
  });

  it('is judged alone in a batch: a forged one holds none of the others back', async () => {
    const [good, forged, late] = [
      signed('Good.'),
      { ...signed('Signed.'), content: 'Forged.' },
      signed('Late.', { createdAt: inMinutes(-30) }),
    ];
    const entries = [forged, good, { content: 'Unsigned.' }, late];
    const { body } = await server.call('POST', `/diaries/${diaryId}/entries/batch`, { token, body: { entries } });
    expect(body.items.map(({ outcome, reason }: Record<string, string>) => reason ?? outcome)).to.deep.equal([
      'InvalidInput',
      'applied',
      'applied',
      'ClockSkew',
    ]);
    expect(body.items[1].id).to.equal(readEntryHeader(good.proof.header).entryId);
  });

  it('is found by a search for signed entries, and left out of one for the others', async () => {
    const diary = (await newDiary()) as string;
    await post(signed('A signed walrus.', { diaryId: diary }), diary);
    await post({ content: 'An unsigned walrus.' }, diary);
    const find = async (more: object) => {
      const { body } = await server.call('POST', '/search', {
        token,
        body: { query: 'walrus', diaryIds: [diary], mode: 'words', ...more },
      });
      return body.hits.map(({ entry }: { entry: { content: string } }) => entry.content).sort();
    };
    expect(await find({})).to.deep.equal(['A signed walrus.', 'An unsigned walrus.']);
    expect(await find({ signed: true })).to.deep.equal(['A signed walrus.']);
    expect(await find({ signed: false })).to.deep.equal(['An unsigned walrus.']);
  });

  it('is shown as not verified once the owner of the table has taken the guard away and changed it', async () => {
    const entry = signed('What was said.');
    const { entryId } = readEntryHeader(entry.proof.header);
    await post(entry);
    await db.raw('alter table entries disable trigger entries_keep_signed');
    await db('entries').where('id', entryId).update({ content: 'What was never said.' });
    await db.raw('alter table entries enable trigger entries_keep_signed');
    expect((await server.call('GET', `/entries/${entryId}`, { token })).body).to.include({ verified: false });
  });

  it('stays as it was signed against any statement, and takes only its erasure', async () => {
    const entry = signed('For good.');
    const { entryId } = readEntryHeader(entry.proof.header);
    await post(entry);
    const hash = 'ab'.repeat(32);
    const changes: Record<string, unknown>[] = [
      { content: 'Changed.' },
      { title: 'Changed' },
      { tags: ['changed'] },
      { salt: hash },
      { importance: 1 },
      { type: 'episodic' },
      { content_hash: hash },
      { created_at: new Date(0) },
      { revised_at: new Date(0) },
      { version: 2 },
      { diary_id: await newDiary() },
      { signature: null, signature_key_id: null, signed_at: null },
      { signed_at: new Date(0) },
    ];
    for (const change of changes) {
      const outcome = await db('entries')
        .where('id', entryId)
        .update(change)
        .then(
          () => 'changed',
          (error: { constraint?: string }) => error.constraint,
        );
      expect(outcome, JSON.stringify(change)).to.equal('entries_signed_stay');
    }
    const removed = await db('entries')
      .where('id', entryId)
      .delete()
      .then(
        () => 'deleted',
        (error: Error) => error.message,
      );
    expect(removed).to.include('its row stays');
    await server.call('DELETE', `/entries/${entryId}?reason=held+a+password`, { token });
    const row = await db('entries').where('id', entryId).first();
    expect(row).to.include({
      content: null,
      salt: null,
      signature: entry.proof.signature,
      erased_because: 'held a password',
    });
    const revived = await db('entries')
      .where('id', entryId)
      .update({ erased_at: null })
      .then(
        () => 'revived',
        () => 'refused',
      );
    expect(revived).to.equal('refused');
  });

  it('is edited by a signed successor that takes its place, and in no other way', async () => {
    const entry = signed('First.');
    const { entryId } = readEntryHeader(entry.proof.header);
    await post(entry);
    const patch = (body: object, version = 1) =>
      server.call('PATCH', `/entries/${entryId}`, { token, body, headers: { 'If-Match': `"${version}"` } });
    expect((await patch({ content: 'Second.' })).body).to.include({ status: 409, name: 'EntrySigned' });
    expect((await patch({ successor: { content: 'Unsigned.' } })).status).to.equal(400);
    expect((await patch({ successor: signed('Second.') }, 7)).body).to.include({ name: 'VersionMismatch' });
    expect((await patch({ successor: { ...signed('Signed.'), content: 'Forged.' } })).body).to.include({ status: 400 });
    const successor = signed('Second.');
    const { entryId: successorId } = readEntryHeader(successor.proof.header);
    const edited = await patch({ successor });
    expect(edited.body, JSON.stringify(edited.body)).to.include({ id: successorId, verified: true });
    expect((await patch({ successor })).status).to.equal(200);
    expect((await patch({ successor: signed('Third.') })).body).to.include({ name: 'Conflict' });
    const former = (await server.call('GET', `/entries/${entryId}`, { token })).body;
    expect(former).to.include({ supersededBy: successorId, content: 'First.', verified: true });
    const history = (await server.call('GET', `/entries/${successorId}/history`, { token })).body;
    expect(history).to.deep.include({ supersedes: [entryId], supersededBy: [] });
  });
});
