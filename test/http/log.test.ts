import { expect } from 'chai';
import {
  buildLevels,
  encodeBase64,
  encodeHex,
  leafHash,
  leafText,
  merkleRoot,
  parseCheckpoint,
  parseLogProof,
  parseNoteKey,
  tilePath,
  tileWidth,
  verifyConsistency,
  verifyInclusion,
  verifyNote,
} from '@moltnet/protocol';
import { ports } from '../../src/ports/index.js';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';
import { until } from '../support/until.js';

describe('the log over HTTP', function () {
  this.timeout(120_000);
  let server: TestServer;
  let token: string;
  let diaryId: string;

  before(async () => {
    server = await startTestServer();
    token = await server.newAgent();
    diaryId = (await server.call('POST', '/diaries', { token, body: { name: 'notes' } })).body.id;
  });
  after(() => server.stop());

  async function write(content: string): Promise<string> {
    return (await server.call('POST', `/diaries/${diaryId}/entries`, { token, body: { content } })).body.id;
  }
  /** The proof, when the log has signed the entry. */
  const proofOf = (entryId: string): Promise<Answer> =>
    until(async () => {
      const answer = await server.call('GET', `/entries/${entryId}/proof`, { token });
      if (answer.status === 200) return answer;
      expect([answer.status, answer.body.name, answer.headers.get('retry-after')]).to.deep.equal([
        409,
        'NotLoggedYet',
        '1',
      ]);
      return undefined;
    });
  const fetchText = async (path: string) => (await fetch(`${server.url}${path}`)).text();
  async function currentKey() {
    const { body } = await server.call('GET', '/log/keys');
    return parseNoteKey(body.keys.at(-1).key);
  }
  async function checkpoint() {
    const read = parseCheckpoint(await fetchText('/log/checkpoint'));
    expect(verifyNote(read.note, [await currentKey()]), 'signed by the published key').to.have.length(1);
    return read;
  }

  it('proves an entry to anyone who has the published key, without the service', async () => {
    const entryId = await write('to be proven');
    const { body } = await proofOf(entryId);
    const proof = parseLogProof(body.proof);
    expect(verifyNote(proof.head.note, [await currentKey()])).to.have.length(1);
    expect(body.leaf).to.include({ kind: 'entry', subjectHash: body.contentHash });
    const leaf = leafHash(leafText(body.leaf));
    const place = { index: proof.index, size: proof.head.size, path: proof.path };
    expect(verifyInclusion(leaf, place, proof.head.root)).to.equal(true);
    expect(proof.path.map(encodeBase64)).to.deep.equal(body.path);
  });

  it('shows its whole tree in tiles, kept for ever by caches where they are full, and not a word more', async () => {
    await writeMany(300);
    await proofOf(await write('the last'));
    const { size, root } = await checkpoint();
    const leaves: Uint8Array[] = [];
    for (let index = 0; tileWidth(0, index, size) > 0; index++) {
      const width = tileWidth(0, index, size);
      const answer = await fetch(`${server.url}/log/${tilePath({ level: 0, index, width })}`);
      expect(answer.headers.get('cache-control')).to.contain(width === 256 ? 'immutable' : 'max-age=60');
      const hashes = new Uint8Array(await answer.arrayBuffer());
      for (let at = 0; at < hashes.length; at += 32) leaves.push(hashes.slice(at, at + 32));
    }
    expect(leaves).to.have.length(size);
    expect(encodeHex(merkleRoot(buildLevels(leaves)))).to.equal(encodeHex(root));
    const upper = await fetch(`${server.url}/log/tile/1/000.p/1`);
    const first = merkleRoot(buildLevels(leaves.slice(0, 256)));
    expect(encodeHex(new Uint8Array(await upper.arrayBuffer()))).to.equal(encodeHex(first));
  });

  it('serves no tile beyond what is signed, none under another path, and no leaf', async () => {
    const status = async (path: string) => (await fetch(`${server.url}/log/${path}`)).status;
    expect(await status('tile/0/009')).to.equal(404);
    expect(await status('tile/0/000.p/0')).to.equal(400);
    expect(await status('tile/0/0')).to.equal(400);
    expect(await status('tile/0/x001/000')).to.equal(404);
    expect(await status('tile/entries/000')).to.equal(404);
  });

  it('proves that any published tree begins any later one', async () => {
    const older = await checkpoint();
    await proofOf(await write('one more'));
    const newer = await checkpoint();
    expect(newer.size).to.be.greaterThan(older.size);
    const { body } = await server.call('GET', `/log/consistency?from=${older.size}`);
    const path = body.path.map((hash: string) => new Uint8Array(Buffer.from(hash, 'base64')));
    expect(body.to).to.be.at.least(newer.size);
    expect(verifyConsistency(older, newer, path)).to.equal(true);
    const beyond = await server.call('GET', `/log/consistency?from=${older.size}&to=999999`);
    expect([beyond.status, beyond.body.errors[0].pointer]).to.deep.equal([400, '/to']);
  });

  it('says what holds of an entry, and what does not after a hand in the database', async () => {
    const entryId = await write('the text as it was');
    await proofOf(entryId);
    expect(await verdict(entryId)).to.deep.equal({ verdict: 'unsigned', fails: [] });
    const { db } = ports();
    await db('entries').where('id', entryId).update({ content: 'another text' });
    expect(await verdict(entryId)).to.deep.equal({ verdict: 'failed', fails: ['hash'] });
    await db('entries')
      .where('id', entryId)
      .update({ content_hash: 'ab'.repeat(32) });
    expect(await verdict(entryId)).to.deep.equal({ verdict: 'failed', fails: ['hash', 'leaf'] });
    const hash = Buffer.from('ab'.repeat(32), 'hex');
    await db('log_leaves').where('subject_id', entryId).update({ subject_hash: hash });
    expect(await verdict(entryId)).to.deep.equal({ verdict: 'failed', fails: ['hash', 'leaf', 'inclusion'] });
  });

  it('proves of a deleted entry what its hash was, from what erasing leaves', async () => {
    const entryId = await write('soon to be gone');
    await server.call('PATCH', `/entries/${entryId}`, {
      token,
      body: { content: 'soon to be gone, edited' },
      headers: { 'If-Match': '"1"' },
    });
    await server.call('DELETE', `/entries/${entryId}`, { token });
    const { body } = await proofOf(entryId);
    expect(body.leaf.kind).to.equal('revision');
    expect(await verdict(entryId)).to.deep.equal({ verdict: 'unsigned', fails: [] });
  });

  it('answers for entries that the caller may not read as for those that are not there', async () => {
    const entryId = await write('a secret');
    const other = await server.newAgent();
    for (const what of ['proof', 'verify']) {
      expect((await server.call('GET', `/entries/${entryId}/${what}`, { token: other })).status).to.equal(404);
    }
  });

  async function writeMany(count: number): Promise<void> {
    const entries = Array.from({ length: count }, (_, i) => ({ content: `note ${i}` }));
    await server.call('POST', `/diaries/${diaryId}/entries/batch`, { token, body: { entries } });
  }

  async function verdict(entryId: string): Promise<{ verdict: string; fails: string[] }> {
    const { body } = await server.call('GET', `/entries/${entryId}/verify`, { token });
    const fails = body.checks.filter((check: { outcome: string }) => check.outcome === 'fails');
    return { verdict: body.verdict, fails: fails.map(({ check }: { check: string }) => check) };
  }
});
