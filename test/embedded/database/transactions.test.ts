import { once } from 'node:events';
import { expect } from 'chai';
import type pg from 'pg';
import { useClients, useEmbeddedDatabase } from '../../support/embeddedDatabase.js';
import { WireClient, bind, execute, flush, parse } from '../../support/wireClient.js';

describe('A transaction in the embedded database', () => {
  const database = useEmbeddedDatabase({ idleTransactionMs: 400 });
  const connect = useClients(() => database().url);
  const begin = async (client: pg.Client, table: string) => {
    await client.query(`CREATE TABLE ${table} (n int)`);
    await client.query('BEGIN');
    await client.query(`INSERT INTO ${table} VALUES (1)`);
  };
  const count = async (table: string) =>
    (await (await connect()).query(`SELECT count(*)::int AS count FROM ${table}`)).rows[0].count as number;

  it('that stands still is rolled back, and its client hears why before it is disconnected', async () => {
    const client = await connect();
    const error = once(client, 'error');
    await begin(client, 'idle');
    expect(await count('idle')).to.equal(0);
    expect((await error)[0]).to.include({ code: '25P03', severity: 'FATAL' });
  });

  it('that goes on step by step is not idle, however long it takes in all', async () => {
    const client = await connect();
    await begin(client, 'steady');
    const waiting = count('steady');
    const started = Date.now();
    while (Date.now() - started < 1000) await client.query('SELECT pg_sleep(0.01)');
    await client.query('COMMIT');
    expect(await waiting).to.equal(1);
  });

  it('is rolled back when its client vanishes', async () => {
    const client = await connect();
    await begin(client, 'vanished');
    const waiting = count('vanished');
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect(await waiting).to.equal(0);
  });

  it('is rolled back when its client vanishes in the middle of a group that has failed', async () => {
    const setup = await connect();
    await setup.query('CREATE TABLE half (n int)');
    const client = await WireClient.open(database().url);
    client.send(
      parse('', 'INSERT INTO half VALUES (1)'),
      bind(''),
      execute(),
      parse('', 'SELECT 1/0'),
      bind(''),
      execute(),
      flush(),
    );
    await client.until('E');
    const waiting = count('half');
    client.socket.destroy();
    expect(await waiting).to.equal(0);
  });

  it('of a client that ends without a commit is rolled back', async () => {
    const client = await connect();
    await begin(client, 'ended');
    await client.end();
    expect(await count('ended')).to.equal(0);
  });
});
