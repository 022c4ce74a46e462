import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, request as send, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { derivePublicKey } from '@moltnet/protocol';
import { expect } from 'chai';
import { MOLTNET, newPerson, type Person } from '../support/moltnet.js';
import { startTestServer, type TestServer } from '../support/server.js';

describe('moltnet, for keys and secrets', function () {
  this.timeout(60_000);
  let server: TestServer;
  let person: Person;

  before(async () => {
    server = await startTestServer();
  });
  after(() => server.stop());
  beforeEach(async () => {
    person = await newPerson(server.url);
    await person.json(['register']);
  });
  afterEach(() => person.leave());

  const path = (profile = 'default') => join(person.folder, 'config', `${profile}.json`);
  const profile = async (name?: string) => JSON.parse(await readFile(path(name), 'utf8')) as Record<string, string>;
  const exists = (file: string) =>
    access(file).then(
      () => true,
      () => false,
    );

  it('rotates the key, goes on with the new one, and lists both', async () => {
    const before = await profile();
    const { id } = await person.json(['write', 'Signed by the first key.']);
    expect(await person.json(['rotate'])).to.include({ rotated: 'key', epoch: 2 });
    const after = await profile();
    expect(after['publicKey']).not.to.equal(before['publicKey']);
    expect(after['publicKey']).to.equal(derivePublicKey(after['privateKey']!));
    expect(after).to.include({ fingerprint: before['fingerprint'], clientSecret: before['clientSecret'] });
    expect((await stat(path())).mode & 0o777).to.equal(0o600);
    expect(await exists(`${path()}.next`)).to.equal(false);

    const { items } = await person.json(['keys']);
    expect(items.map((key: { endedBecause: string }) => key.endedBecause)).to.deep.equal(['rotated', null]);
    expect(items[1].publicKey).to.equal(after['publicKey']);
    const signed = await person.json(['write', 'Signed by the second key.']);
    for (const [entry, keyId] of [
      [id, items[0].keyId],
      [signed.id, items[1].keyId],
    ]) {
      const { verified, signedBy } = await person.json(['read', entry]);
      expect({ verified, keyId: signedBy.keyId }).to.deep.equal({ verified: true, keyId });
    }
  });

  it('does not lose the new key when it is killed between the server’s yes and the file', async () => {
    const before = await profile();
    const door = await startDoor(server.url);
    const child = spawn(process.execPath, [MOLTNET, 'rotate'], {
      cwd: person.folder,
      env: { ...person.env, MOLTNET_URL: door.url },
    });
    const exited = once(child, 'exit');
    door.onAnswer = (url) => url === '/auth/rotate-key' && child.kill('SIGKILL');
    expect((await exited)[1]).to.equal('SIGKILL');
    door.close();
    expect(await profile()).to.deep.equal(before);
    expect((await stat(`${path()}.next`)).mode & 0o777).to.equal(0o600);

    const { publicKey } = await person.json(['whoami']);
    expect(publicKey).not.to.equal(before['publicKey']);
    const after = await profile();
    expect(after['publicKey']).to.equal(publicKey);
    expect(derivePublicKey(after['privateKey']!)).to.equal(publicKey);
    expect(await exists(`${path()}.next`)).to.equal(false);
  });

  it('sends the same new key again after an attempt that did not reach the server', async () => {
    const nowhere = { env: { MOLTNET_URL: 'http://127.0.0.1:9' } };
    expect((await person.moltnet(['rotate'], nowhere)).code).to.equal(5);
    const next = JSON.parse(await readFile(`${path()}.next`, 'utf8')) as { publicKey: string };
    await person.json(['rotate']);
    expect((await profile())['publicKey']).to.equal(next.publicKey);
  });

  it('recovers by the key that a killed rotation has left, when the secret is lost as well', async () => {
    const before = await profile();
    await person.json(['rotate']);
    const after = await profile();
    await writeFile(path(), JSON.stringify({ ...before, clientSecret: 'lost' }));
    await writeFile(
      `${path()}.next`,
      JSON.stringify({ publicKey: after['publicKey'], privateKey: after['privateKey'] }),
    );
    await person.json(['recover']);
    expect(await profile()).to.include({ publicKey: after['publicKey'] });
    expect((await person.json(['whoami'])).publicKey).to.equal(after['publicKey']);
  });

  it('rotates the secret and keeps it; the former one goes on for its grace', async () => {
    const before = await profile();
    await person.json(['rotate', '--secret', '--grace', '60']);
    const after = await profile();
    expect(after['clientSecret']).not.to.equal(before['clientSecret']);
    expect(after['publicKey']).to.equal(before['publicKey']);
    await person.json(['whoami']);
    await writeFile(path(), JSON.stringify(before));
    await person.json(['whoami']);
  });

  it('recovers credentials by the key, and ends those of before', async () => {
    const before = await profile();
    await writeFile(path(), JSON.stringify({ ...before, clientSecret: 'lost' }));
    expect((await person.moltnet(['whoami'])).code).to.equal(4);
    await person.json(['recover']);
    await person.json(['whoami']);
    await writeFile(path(), JSON.stringify(before));
    expect((await person.moltnet(['whoami'])).code).to.equal(4);
  });

  it('revokes an old key with the time of the theft, and asks before it does', async () => {
    await person.json(['rotate']);
    const [old] = (await person.json(['keys'])).items;
    const revoke = ['keys', 'revoke', old.keyId, '--reason', 'left in a log', '--since', '2026-01-02T03:04:05Z'];
    expect((await person.moltnet(revoke)).code).to.equal(2);
    expect((await person.json([...revoke, '--yes'])).disabled).to.equal(false);
    const [first] = (await person.json(['keys'])).items;
    expect(first).to.include({ endedBecause: 'revoked', compromisedAt: '2026-01-02T03:04:05.000Z' });
    expect((await person.moltnet(['keys'])).stdout)
      .to.include('left in a log')
      .and.include('now');
  });

  it('takes over credentials from elsewhere when they work, and keeps none that do not', async () => {
    const { clientId, clientSecret, privateKey, fingerprint } = await profile();
    await writeFile(join(person.folder, 'key'), `${privateKey!}\n`);
    const login = ['login', '--client-id', clientId!, '--profile', 'second'];
    expect((await person.moltnet(login, { input: 'wrong' })).code).to.equal(4);
    expect(await exists(path('second'))).to.equal(false);
    await person.json([...login, '--key-file', 'key'], { input: `${clientSecret!}\n` });
    expect(await profile('second')).to.include({ fingerprint, privateKey, clientSecret });
    await person.json([...login.slice(0, 3), '--profile', 'third'], { input: clientSecret! });
    expect((await person.json(['whoami', '--profile', 'third'])).fingerprint).to.equal(fingerprint);
    expect((await person.moltnet(['rotate', '--profile', 'third'])).stderr).to.include('no private key');
  });

  it('never prints a secret', async () => {
    const secrets = [await profile()];
    for (const command of [['rotate'], ['rotate', '--secret'], ['recover'], ['keys']]) {
      await person.moltnet(command);
      await person.moltnet([...command, '--json']);
      secrets.push(await profile());
    }
    expect(new Set(secrets.map((kept) => kept['clientSecret'])).size).to.equal(3);
    for (const { privateKey, clientSecret } of secrets) {
      expect(person.printed()).to.not.include(privateKey).and.not.include(clientSecret);
    }
  });
});

/** Passes everything on, and calls `onAnswer` when an answer is there, before the caller has any of it. */
async function startDoor(target: string) {
  const door = { url: '', onAnswer: (_url: string): unknown => undefined, close: () => void server.close() };
  const server = createServer((incoming, outgoing) => {
    const { method, url = '/', headers } = incoming;
    const forwarded = send(new URL(url, target), { method, headers }, (answer: IncomingMessage) => {
      if (door.onAnswer(url) === true) return outgoing.destroy();
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  door.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return door;
}
