import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, sign } from '@moltnet/protocol';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { AUDIENCE, createCaller } from '../support/server.js';
import { startServerProcess, type ServerProcess } from '../support/serverProcess.js';
import { skipBecause } from '../support/skip.js';
import { until } from '../support/until.js';

describe('kill -9 of the server while a signature is taken in', function () {
  this.timeout(120_000);
  let dataDir: string;
  let database: FreshDatabase;
  let server: ServerProcess | undefined;

  before(async function () {
    if (!process.env['TEST_DATABASE_URL'])
      skipBecause(this, 'needs a second session, to hold the run between its steps');
    database = await freshDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'moltnet-sign-'));
  });
  after(async () => {
    await server?.kill('SIGKILL');
    if (!dataDir) return;
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = () =>
    startServerProcess({
      DATA_DIR: dataDir,
      API_BASE_URL: AUDIENCE,
      MCP_RESOURCE_URI: 'http://mcp.test/mcp',
      EMBEDDING_MODEL: 'lexical',
      DATABASE_URL: database.url,
    });

  it('stores it once, when the kill falls between verifying and storing', async () => {
    server = await start();
    const { db } = database;
    const { call, newAgent } = createCaller(server.url);
    const keys = generateKeyPair();
    const token = await newAgent('signer', keys);
    const diary = (await call('POST', '/diaries', { token, body: { name: 'Crash' } })).body.id;
    const entry = (await call('POST', `/diaries/${diary}/entries`, { token, body: { content: 'Sign me.' } })).body.id;
    const request = (await call('POST', '/signing-requests', { token, body: { entryIds: [entry] } })).body;
    const signature = sign(keys.privateKey, Buffer.from(request.signingInput, 'base64'));

    const holder = await db.transaction();
    await holder('signing_requests').where('id', request.id).forUpdate();
    const answering = call('POST', `/signing-requests/${request.id}/signature`, { token, body: { signature } }).catch(
      () => undefined,
    );
    await until(async () => {
      const { rows } = await db.raw(`select 1 from dbos.operation_outputs where function_name = 'verifyAnswer'`);
      return rows.length > 0;
    });
    await server.kill('SIGKILL');
    await answering;
    await holder.commit();
    expect(await db('entries').where('id', entry).pluck('signature')).to.deep.equal([null]);

    // A living neighbour would wait for the lease to run out; here it has.
    await db('executors').update({ expires_at: new Date(0) });
    await db('leases').update({ expires_at: new Date(0) });
    server = await start();
    await until(async () => (await db('signing_requests').where('id', request.id).first('state')).state === 'signed');
    expect(await db('entries').where('id', entry).pluck('signature')).to.deep.equal([signature]);
    expect(await db('outbox').where({ kind: 'entry.signed', subject_id: entry })).to.have.length(1);
  });
});
