import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { encodeHex, frontierRoot, generateKeyPair, parseCheckpoint, parseNote, verifyNote } from '@moltnet/protocol';
import type { Db } from '../../src/db/database.js';
import { findCheckpoint, findLogHealth, findLogState, listLogKeys } from '../../src/db/log/checkpoints.js';
import { describeLogSigner, type LogSigner } from '../../src/rules/logKey.js';
import { createLogPublisher } from '../../src/runtime/logPublisher.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { silentLog } from '../support/log.js';
import { addEvents, HOLDER, sequence } from '../support/logTree.js';

const AUDIENCE = 'https://api.test';

/** All that the log consists of, what others refer to first. */
const TABLES = [
  'outbox',
  'outbox_head',
  'log_leaves',
  'log_heads',
  'log_tiles',
  'log_head',
  'log_keys',
  'log_checkpoints',
];

function newSigner(more: Partial<LogSigner> = {}): LogSigner {
  const { privateKey } = generateKeyPair();
  return { ...describeLogSigner({ privateKey, origin: undefined, previousKey: undefined }, AUDIENCE), ...more };
}

describe('the log publisher', function () {
  this.timeout(60_000);
  let database: FreshDatabase;
  let db: Db;
  let folder: string;
  let file: string;

  beforeEach(async () => {
    database = await freshDatabase();
    db = database.db;
    folder = await mkdtemp(join(tmpdir(), 'moltnet-log-'));
    file = join(folder, 'kept', 'checkpoint.txt');
  });
  afterEach(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  /** Adds so many leaves and publishes, in a process that has just taken the lease over. */
  async function grow(count: number, signer: LogSigner): Promise<void> {
    await addEvents(db, count);
    await createLogPublisher({ db, signer, file, log: silentLog })(HOLDER, await sequence(db));
  }
  const signedSize = async () => (await findCheckpoint(db))?.size;
  const refusal = async () => (await findLogHealth(db)).refusal;
  const keyOf = ({ publicKey, defaultOrigin }: LogSigner) => ({ name: defaultOrigin, publicKey });

  it('signs the tree as it is and keeps the checkpoint outside the database, before anybody sees it', async () => {
    const signer = newSigner();
    await grow(5, signer);
    const checkpoint = await findCheckpoint(db);
    const read = parseCheckpoint(checkpoint?.note ?? '');
    expect(verifyNote(read.note, [keyOf(signer)])).to.have.length(1);
    expect([read.origin, read.size]).to.deep.equal(['api.test/log', 5]);
    expect(encodeHex(read.root)).to.equal(encodeHex(frontierRoot(await findLogState(db))));
    expect(await readFile(file, 'utf8')).to.equal(checkpoint?.note);
    expect(await findLogHealth(db)).to.deep.equal({ size: 5, signed: 5, waitingSeconds: 0, refusal: null });
  });

  it('does not sign an empty log, nor the same one twice', async () => {
    const signer = newSigner();
    await grow(0, signer);
    expect(await signedSize()).to.equal(undefined);
    await grow(3, signer);
    await grow(0, signer);
    expect(await db('log_checkpoints').pluck('size')).to.deep.equal(['3']);
  });

  it('signs nothing that a former holder of the lease asks for', async () => {
    await addEvents(db, 3);
    const size = await sequence(db);
    await createLogPublisher({ db, signer: newSigner(), file, log: silentLog })({ ...HOLDER, holder: 'former' }, size);
    expect(await signedSize()).to.equal(undefined);
  });

  it('refuses a database that was rolled back, until the newer one is there again', async () => {
    const signer = newSigner();
    await grow(5, signer);
    await backUp();
    await grow(4, signer);
    const newer = await readFile(file, 'utf8');
    await restore();
    await grow(2, signer);
    expect(await signedSize()).to.equal(5);
    expect(await refusal()).to.contain('it has 7 leaves, and the checkpoint file holds a checkpoint of 9');
    expect(await readFile(file, 'utf8')).to.equal(newer);
    await grow(4, signer);
    expect(await refusal()).to.contain('its first 9 leaves are not those of the checkpoint in the checkpoint file');
    await rm(file);
    await grow(0, signer);
    expect([await signedSize(), await refusal()]).to.deep.equal([11, null]);
  });

  it('refuses a log whose leaves were changed in the database', async () => {
    const signer = newSigner();
    await grow(5, signer);
    await db('log_leaves')
      .where('leaf_index', 2)
      .update({ leaf_hash: Buffer.alloc(32) });
    await grow(1, signer);
    expect([await signedSize(), await refusal()]).to.deep.equal([
      5,
      'its first 5 leaves are not those of the checkpoint in the checkpoint file: they were changed',
    ]);
    await db('log_leaves').where('leaf_index', 2).delete();
    await grow(1, signer);
    expect(await signedSize()).to.equal(5);
  });

  it('refuses when the file that it keeps the checkpoint in cannot be read as one', async () => {
    const signer = newSigner();
    await grow(1, signer);
    await writeFile(file, 'overwritten');
    await grow(1, signer);
    expect(await signedSize()).to.equal(1);
    expect(await refusal()).to.contain('the checkpoint file does not hold a checkpoint');
  });

  it('hands over from one key to the next by a note that both sign, and never back', async () => {
    const first = newSigner();
    await grow(3, first);
    const second = newSigner({ previousKey: first.privateKey });
    await grow(0, second);
    const checkpoint = parseCheckpoint((await findCheckpoint(db))?.note ?? '');
    expect(checkpoint.size).to.equal(3);
    expect(verifyNote(checkpoint.note, [keyOf(second)]), 'signed at once by the new key').to.have.length(1);
    await grow(2, second);
    const [one, two] = await listLogKeys(db);
    expect([one?.fromSize, one?.changeNote, two?.fromSize]).to.deep.equal([0, null, 3]);
    const note = parseNote(two?.changeNote ?? '');
    expect(verifyNote(note, [keyOf(first), keyOf(second)])).to.have.length(2);
    expect(JSON.parse(note.text).slice(0, 2)).to.deep.equal(['moltnet:log-key:v1', 3]);
    await grow(1, first);
    expect(await signedSize()).to.equal(5);
    expect(await refusal()).to.contain('LOG_SIGNING_KEY is a former key of this log');
    await grow(1, second);
    expect([await signedSize(), await refusal()]).to.deep.equal([7, null]);
  });

  it('keeps the name of the log, whatever address the API has later', async () => {
    const signer = newSigner();
    await grow(1, signer);
    await grow(1, { ...signer, defaultOrigin: 'elsewhere/log' });
    expect((await findCheckpoint(db))?.note).to.match(/^api\.test\/log\n2\n/);
  });

  async function backUp(): Promise<void> {
    for (const table of TABLES) await db.raw('create table ?? as table ??', [`backup_${table}`, table]);
  }

  async function restore(): Promise<void> {
    for (const table of TABLES.toReversed()) await db(table).delete();
    for (const table of TABLES) {
      const columns = (await db(`backup_${table}`).columnInfo()) as Record<string, unknown>;
      const names = Object.keys(columns)
        .map((name) => `"${name}"`)
        .join();
      await db.raw(`insert into ${table} (${names}) overriding system value select ${names} from backup_${table}`);
    }
  }
});
