import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { promisify } from 'node:util';
import { expect } from 'chai';
import knex from 'knex';
import pg from 'pg';
import { cString, int32, message, query, startupMessage } from '../../../src/embedded/database/protocol.js';
import { useClients, useEmbeddedDatabase } from '../../support/embeddedDatabase.js';
import { WireClient, typesOf } from '../../support/wireClient.js';

const SSL_REQUEST = Buffer.concat([int32(8), int32(80877103)]);
const CANCEL_REQUEST = Buffer.concat([int32(16), int32(80877102), int32(1), int32(1)]);

describe('The door of the embedded database', () => {
  const database = useEmbeddedDatabase();
  const connect = useClients(() => database().url);
  const other = (change: (url: URL) => void) => {
    const url = new URL(database().url);
    change(url);
    return url.href;
  };
  const refusalOf = (url: string) =>
    new pg.Client(url).connect().then(
      () => expect.fail('it was let in'),
      (error: pg.DatabaseError) => error,
    );
  const psql = async (...args: string[]) =>
    (await promisify(execFile)('psql', [database().url, '-XAt', ...args])).stdout.trim();

  it('refuses a wrong password, an empty one and none, and says where the right one is', async () => {
    for (const password of ['wrong', '', new URL(database().url).password.slice(0, -1)]) {
      const client = new WireClient(database().url);
      client.send(startupMessage({ user: 'postgres' }));
      await client.until('R');
      client.send(message('p', cString(password)));
      const [error] = await client.untilClosed();
      expect(error!.text).to.contain('C28P01').and.contain('database.url');
    }
  });

  it('does not let anybody in who skips the password', async () => {
    const client = new WireClient(database().url);
    client.send(startupMessage({ user: 'postgres' }), query('SELECT 1'));
    expect(typesOf(await client.untilClosed())).to.equal('RE');
  });

  it('refuses another role and another database by name, to those who have the password', async () => {
    const role = await refusalOf(other((url) => (url.username = 'somebody')));
    expect(role).to.include({ code: '28000' });
    expect(role.message).to.contain('"somebody"');
    const name = await refusalOf(other((url) => (url.pathname = '/elsewhere')));
    expect(name).to.include({ code: '3D000' });
    expect(name.message).to.contain('"elsewhere"');
  });

  it('is open to pg, with application name, time-outs and options, and reports the parameters', async () => {
    const client = await connect({
      application_name: 'the test',
      statement_timeout: 5000,
      options: '-c statement_timeout=5s',
    });
    const { rows } = await client.query(
      "SELECT current_setting('server_version') AS version, $1::int + 1 AS sum",
      [41],
    );
    expect(rows).to.deep.equal([{ version: database().versions.postgres, sum: 42 }]);
  });

  it('is open to psql, which asks for encryption first', async () => {
    expect(await psql('-c', 'SELECT 40 + 2')).to.equal('42');
    expect(await psql('-c', '\\conninfo')).to.contain('127.0.0.1');
  });

  it('is open to a pool of knex, with transactions', async () => {
    const db = knex({ client: 'pg', connection: database().url, pool: { min: 0, max: 5 } });
    try {
      await db.schema.createTable('knexed', (table) => table.integer('n'));
      await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          db.transaction(async (transaction) => transaction('knexed').insert({ n })),
        ),
      );
      expect(await db('knexed').sum('n as sum').first()).to.deep.equal({ sum: '45' });
    } finally {
      await db.destroy();
    }
  });

  it('takes COPY FROM STDIN and COPY TO STDOUT as psql sends them', async () => {
    await psql('-c', 'CREATE TABLE copied (id int, body text)');
    const copy = execFile('psql', [database().url, '-XAt', '-c', '\\copy copied FROM STDIN WITH (FORMAT csv)']);
    copy.stdin!.end(Array.from({ length: 20_000 }, (_, id) => `${id},"text, ${id}"\n`).join(''));
    expect(await once(copy, 'exit')).to.deep.equal([0, null]);
    expect(await psql('-c', 'SELECT count(*), sum(id) FROM copied')).to.equal('20000|199990000');
    expect(await psql('-c', 'COPY (SELECT * FROM copied WHERE id = 7) TO STDOUT')).to.equal('7\ttext, 7');
  });

  it('reports a COPY that fails, at once or in its data, and goes on', async () => {
    const client = await WireClient.open(database().url);
    await (await connect()).query('CREATE TABLE numbers (n int)');
    const rows = [message('d', Buffer.from('1\nx\n')), message('c')];
    client.send(query('COPY no_such_table FROM STDIN'), ...rows);
    expect(typesOf(await client.until('Z'))).to.equal('GEZ');
    client.send(query('COPY numbers FROM STDIN'), ...rows);
    expect((await client.until('Z'))[1]!.text).to.contain('C22P02');
    client.send(
      query('COPY numbers FROM STDIN'),
      message('d', Buffer.from('1\n')),
      message('f', cString('changed my mind')),
    );
    expect((await client.until('Z'))[1]!.text).to.contain('changed my mind');
    client.send(query('SELECT 1'));
    expect(typesOf(await client.until('Z'))).to.equal('TDCZ');
    client.socket.destroy();
  });

  it('refuses COPY FROM STDIN in forms that would read past the end of the input, and survives them', async () => {
    const client = await connect();
    await client.query('CREATE TABLE guarded (n int)');
    for (const attempt of [
      client.query('SELECT 1; COPY guarded FROM STDIN'),
      client.query({ text: 'COPY guarded FROM STDIN', values: [], name: 'extended' }),
    ]) {
      const error = await attempt.then(
        () => undefined,
        (failure: Error) => failure,
      );
      expect(error?.message).to.contain('takes COPY FROM STDIN only as');
    }
    expect((await client.query('SELECT count(*)::int AS count FROM guarded')).rows).to.deep.equal([{ count: 0 }]);
  });

  it('refuses COPY with a program as a plain error', async () => {
    const client = await connect();
    const error = await client.query("COPY (SELECT 1) TO PROGRAM 'cat'").catch((failure: Error) => failure);
    expect((error as Error).message).to.contain('could not execute command');
    expect((await client.query('SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
  });

  it('answers a recursion without end with an error, not with its own end', async () => {
    const client = await connect();
    await client.query(
      'CREATE FUNCTION deeper(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN deeper(n + 1); END $$',
    );
    const error = await client.query('SELECT deeper(1)').catch((failure: Error) => failure);
    expect(error).to.include({ code: '54001' });
  });

  it('hangs up on a request to cancel, as the protocol has it, and nothing is harmed', async () => {
    const client = new WireClient(database().url);
    client.send(CANCEL_REQUEST);
    expect(await client.untilClosed()).to.deep.equal([]);
    expect((await (await connect()).query('SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
  });

  it('tells a client of a newer minor version which one it speaks', async () => {
    const client = new WireClient(database().url);
    const startup = startupMessage({ user: 'postgres', '_pq_.feature': 'on' });
    startup.writeInt32BE((3 << 16) + 2, 4);
    client.send(startup);
    const received = await client.until('R');
    expect(typesOf(received)).to.equal('vR');
    expect(received[0]!.text).to.contain('_pq_.feature');
    client.socket.destroy();
  });

  it('is not harmed by random bytes, before or after the password', async () => {
    const bystander = await connect();
    await bystander.query('CREATE TABLE bystander (n int)');
    await bystander.query('BEGIN');
    await bystander.query('INSERT INTO bystander VALUES (1)');
    const { hostname, port } = new URL(database().url);
    for (let round = 0; round < 60; round++) {
      const socket = connectSocket(Number(port), hostname).on('error', () => {});
      socket.write(round % 2 === 0 ? SSL_REQUEST : Buffer.alloc(0));
      socket.end(randomBytes(1 + ((round * 97) % 3000)));
      socket.resume();
      await once(socket, 'close');
    }
    await bystander.query('COMMIT');
    await Promise.all(Array.from({ length: 60 }, (_, round) => sendGarbage(database().url, round)));
    expect((await bystander.query('SELECT n FROM bystander')).rows).to.deep.equal([{ n: 1 }]);
    expect((await (await connect()).query('SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
  });

  it('hangs up on messages that would end Postgres: unknown types, impossible lengths, late passwords', async () => {
    const tooLong = Buffer.concat([Buffer.from('S'), int32(20_000), Buffer.alloc(19_996)]);
    for (const bad of [
      message('y'),
      message('p', cString('again')),
      tooLong,
      Buffer.from('Q\xff\xff\xff\xff', 'latin1'),
    ]) {
      const client = await WireClient.open(database().url);
      client.send(bad);
      const [error] = await client.untilClosed();
      expect(error!.text).to.contain('C08P01');
    }
    expect((await (await connect()).query('SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
  });
});

/** Messages of right shape and wrong content: what a broken client would send after it was let in. */
async function sendGarbage(url: string, round: number): Promise<void> {
  const client = await WireClient.open(url);
  const types = 'QPBDECSHFdcf';
  for (let count = 0; count < 20; count++) {
    client.send(message(types[(round + count * 7) % types.length]!, randomBytes((round * count) % 64)));
  }
  client.send(randomBytes(20));
  client.socket.end();
  await client.untilClosed();
}
