import { expect } from 'chai';
import { generateKeyPair, keyId, sign, type KeyPair } from '@moltnet/protocol';
import { startTestServer, type TestServer } from '../support/server.js';

describe('Signing requests over HTTP', () => {
  let server: TestServer;
  let keys: KeyPair;
  let token: string;
  let diaryId: string;

  before(async function () {
    this.timeout(60_000);
    server = await startTestServer();
    keys = generateKeyPair();
    token = await server.newAgent('signer', keys);
    diaryId = (await server.call('POST', '/diaries', { token, body: { name: 'unsigned' } })).body.id;
  });
  after(() => server.stop());

  const write = async (content: string): Promise<string> =>
    (await server.call('POST', `/diaries/${diaryId}/entries`, { token, body: { content } })).body.id;
  const open = (body: object, key?: string) =>
    server.call('POST', '/signing-requests', { token, body, ...(key && { headers: { 'Idempotency-Key': key } }) });
  const signInput = (signingInput: string, by = keys) => sign(by.privateKey, Buffer.from(signingInput, 'base64'));
  const answer = (id: string, signature: string, as = token) =>
    server.call('POST', `/signing-requests/${id}/signature`, { token: as, body: { signature } });

  it('give the exact bytes, take the signature, and show it with the entries', async () => {
    const ids = [await write('One.'), await write('Two.')];
    const { status, body, headers } = await open({ entryIds: ids });
    expect(status, JSON.stringify(body)).to.equal(201);
    expect(headers.get('location')).to.equal(`/signing-requests/${body.id}`);
    expect(body).to.deep.include({ state: 'open', kind: 'entries', keyId: keyId(keys.publicKey), entryIds: ids });
    expect(Buffer.from(body.signingInput, 'base64').toString()).to.match(/^moltnet:entries:v1\n[0-9a-f]{64}$/);
    const wrong = await answer(body.id, signInput(body.signingInput, generateKeyPair()));
    expect(wrong.body).to.include({ status: 400, name: 'InvalidInput' });
    const signed = await answer(body.id, signInput(body.signingInput));
    expect(signed.body).to.include({ state: 'signed' });
    expect((await answer(body.id, signInput(body.signingInput))).status).to.equal(200);
    for (const [index, id] of ids.entries()) {
      const entry = (await server.call('GET', `/entries/${id}`, { token })).body;
      expect(entry).to.include({ verified: true, signature: signed.body.signature });
      expect(entry.signaturePath).to.deep.include({ index, size: 2 });
    }
    const listed = await server.call('GET', '/signing-requests?state=signed', { token });
    expect(listed.body.items.map((item: { id: string }) => item.id)).to.include(body.id);
  });

  it('of the same key and body are one, with the same bytes to sign', async () => {
    const [first, second] = [await open({ message: 'Hello.' }, 'hello'), await open({ message: 'Hello.' }, 'hello')];
    expect([first.status, second.status]).to.deep.equal([201, 200]);
    expect(second.body).to.deep.equal(first.body);
    expect((await open({ message: 'Goodbye.' }, 'hello')).status).to.equal(422);
  });

  it('are seen and answered by their agent alone', async () => {
    const { body } = await open({ message: 'Mine.' });
    const stranger = await server.newAgent('stranger');
    expect((await server.call('GET', `/signing-requests/${body.id}`, { token: stranger })).status).to.equal(404);
    expect((await answer(body.id, signInput(body.signingInput), stranger)).status).to.equal(404);
    const { body: theirs } = await server.call('GET', '/signing-requests', { token: stranger });
    expect(theirs.items).to.deep.equal([]);
  });

  it('are refused where they name both, neither, one entry twice, or more than 500', async () => {
    const id = await write('Twice.');
    const many = Array.from({ length: 501 }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`);
    for (const body of [
      {},
      { entryIds: [id], message: 'x' },
      { entryIds: [id, id] },
      { entryIds: many },
      { entryIds: [] },
    ]) {
      expect((await open(body)).status, JSON.stringify(body).slice(0, 80)).to.equal(400);
    }
    const { body } = await open({ message: 'Malformed.' });
    for (const signature of ['', 'AAAA', `${'A'.repeat(85)}B==`]) {
      expect((await answer(body.id, signature)).status).to.equal(400);
    }
  });

  it('have signatures that POST /crypto/verify tells from others', async () => {
    const { body } = await open({ message: 'Verify me.' });
    const signature = signInput(body.signingInput);
    const [, nonce] = Buffer.from(body.signingInput, 'base64').toString().split('\n');
    const verify = async (more: object) =>
      (await server.call('POST', '/crypto/verify', { token, body: { signature, ...more } })).body;
    const id = keyId(keys.publicKey);
    const known = await verify({ keyId: id, signingInput: body.signingInput });
    expect(known).to.include({ valid: true, keyId: id, keyEndedAt: null });
    expect(known.agentId).to.be.a('string');
    expect(await verify({ publicKey: keys.publicKey, message: { nonce, text: 'Verify me.' } })).to.include({
      valid: true,
    });
    expect(await verify({ keyId: id, message: { nonce, text: 'Verify us.' } })).to.include({ valid: false });
    const other = generateKeyPair().publicKey;
    expect(await verify({ publicKey: other, signingInput: body.signingInput })).to.include({
      valid: false,
      agentId: null,
    });
    expect(await verify({ keyId: keyId(other), signingInput: body.signingInput })).to.include({ status: 404 });
    expect(await verify({ keyId: id, signingInput: body.signingInput, contentHash: 'ab'.repeat(32) })).to.include({
      status: 400,
    });
  });
});
