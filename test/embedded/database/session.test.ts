import { expect } from 'chai';
import { once } from 'node:events';
import { message, query, sync } from '../../../src/embedded/database/protocol.js';
import { useClients, useEmbeddedDatabase } from '../../support/embeddedDatabase.js';
import { WireClient, bind, execute, flush, parse, typesOf, valuesOf } from '../../support/wireClient.js';

describe('Connections that share the one session of the embedded database', () => {
  const database = useEmbeddedDatabase();
  const connect = useClients(() => database().url);

  it('store 5 MB from each of many connections at once, all of them whole and distinct', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect()));
    await clients[0]!.query('CREATE TABLE large (id int PRIMARY KEY, body text)');
    const bodyOf = (id: number) => String.fromCharCode(97 + id).repeat(5_000_000);
    await Promise.all(clients.map((client, id) => client.query('INSERT INTO large VALUES ($1, $2)', [id, bodyOf(id)])));
    const { rows } = await clients[0]!.query(
      'SELECT id, length(body) AS length, left(body, 1) AS letter FROM large ORDER BY id',
    );
    expect(rows).to.deep.equal(
      clients.map((_, id) => ({ id, length: 5_000_000, letter: String.fromCharCode(97 + id) })),
    );
  });

  it('do not see the open transaction of another one, and wait until it is over', async () => {
    const [writer, reader] = [await connect(), await connect()];
    await writer.query('CREATE TABLE isolated (value int)');
    await writer.query('BEGIN');
    await writer.query('INSERT INTO isolated VALUES (1)');
    const read = reader.query('SELECT count(*)::int AS count FROM isolated');
    await writer.query('ROLLBACK');
    expect((await read).rows).to.deep.equal([{ count: 0 }]);
  });

  it('keep interleaved transactions apart, each committing or rolling back its own rows only', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => connect()));
    await clients[0]!.query('CREATE TABLE interleaved (owner int, number int)');
    await Promise.all(
      clients.map(async (client, owner) => {
        for (let number = 0; number < 20; number++) {
          await client.query('BEGIN');
          await client.query('INSERT INTO interleaved VALUES ($1, $2)', [owner, number]);
          await client.query('SELECT $1::int', [number]);
          await client.query(number % 2 === 0 ? 'COMMIT' : 'ROLLBACK');
        }
      }),
    );
    const { rows } = await clients[0]!.query(
      'SELECT owner, array_agg(number ORDER BY number) AS numbers FROM interleaved GROUP BY owner ORDER BY owner',
    );
    const even = Array.from({ length: 10 }, (_, index) => index * 2);
    expect(rows).to.deep.equal(clients.map((_, owner) => ({ owner, numbers: even })));
  });

  it('go on after an error in the middle of a group as if it had been the only client', async () => {
    const [client, other] = [await WireClient.open(database().url), await connect()];
    client.send(parse('', 'SELECT 1/0'), bind(''), execute(), parse('', 'SELECT 2'), bind(''), execute(), sync());
    client.send(parse('', 'SELECT 3'), bind(''), execute(), sync());
    expect(typesOf(await client.until('Z'))).to.equal('1EZ');
    expect(valuesOf(await client.until('Z'))).to.deep.equal(['3']);
    expect((await other.query('SELECT 4 AS four')).rows).to.deep.equal([{ four: 4 }]);
    client.socket.destroy();
  });

  it('keep the session from a Flush to the Sync, so that nobody comes between a portal and its rows', async () => {
    const [client, other] = [await WireClient.open(database().url), await connect()];
    client.send(parse('', 'SELECT generate_series(1, 4)'), bind(''), execute('', 2), flush());
    expect(valuesOf(await client.until('s'))).to.deep.equal(['1', '2']);
    const waiting = other.query('SELECT 5 AS five');
    client.send(execute('', 2), flush());
    expect(valuesOf(await client.until('s'))).to.deep.equal(['3', '4']);
    client.send(sync());
    await client.until('Z');
    expect((await waiting).rows).to.deep.equal([{ five: 5 }]);
    client.socket.destroy();
  });

  it('each have their own prepared statement of the same name', async () => {
    const [one, two] = [await connect(), await connect()];
    const ask = (client: typeof one, text: string) => client.query({ name: 'same', text }).then(({ rows }) => rows[0]);
    expect(await ask(one, "SELECT 'one' AS mine")).to.deep.equal({ mine: 'one' });
    expect(await ask(two, "SELECT 'two' AS mine, 2 AS more")).to.deep.equal({ mine: 'two', more: 2 });
    expect(await ask(one, "SELECT 'one' AS mine")).to.deep.equal({ mine: 'one' });
    await one.end();
    expect(await ask(two, "SELECT 'two' AS mine, 2 AS more")).to.deep.equal({ mine: 'two', more: 2 });
  });

  it('leave no prepared statement behind when they end', async () => {
    const [leaver, observer] = [await connect(), await connect()];
    await leaver.query({ name: 'leftover', text: 'SELECT 1' });
    await leaver.end();
    const { rows } = await observer.query(
      'SELECT count(*)::int AS count FROM pg_prepared_statements WHERE NOT from_sql',
    );
    expect(rows).to.deep.equal([{ count: 0 }]);
  });

  it('each have their own unnamed statement, even when it is bound after another one parsed its own', async () => {
    const [one, two] = [await WireClient.open(database().url), await WireClient.open(database().url)];
    one.send(parse('', "SELECT 'one'"), sync());
    expect(typesOf(await one.until('Z'))).to.equal('1Z');
    two.send(parse('', "SELECT 'two'"), sync());
    await two.until('Z');
    one.send(bind(''), execute(), sync());
    const answer = await one.until('Z');
    expect(typesOf(answer)).to.equal('2DCZ');
    expect(valuesOf(answer)).to.deep.equal(['one']);
    one.socket.destroy();
    two.socket.destroy();
  });

  it('cannot run the unnamed statement of another one', async () => {
    const [one, two] = [await WireClient.open(database().url), await WireClient.open(database().url)];
    one.send(parse('', "SELECT 'one'"), sync());
    await one.until('Z');
    two.send(bind(''), execute(), sync());
    const answer = await two.until('Z');
    expect(typesOf(answer)).to.equal('EZ');
    expect(answer[0]!.text).to.contain('unnamed prepared statement does not exist');
    one.socket.destroy();
    two.socket.destroy();
  });

  it('hear what was notified on the channels that they listen to, and nothing else', async () => {
    const [listener, quoted, sender] = [await connect(), await connect(), await connect()];
    await listener.query('LISTEN Plain; LISTEN other');
    await quoted.query('/* a comment */ LISTEN "Mixed;Case"');
    const heard: string[] = [];
    for (const client of [listener, quoted, sender]) {
      client.on('notification', ({ channel, payload }) => heard.push(`${channel} ${payload}`));
    }
    await sender.query("SELECT pg_notify('Mixed;Case', 'm'), pg_notify('unheard', 'u'), pg_notify($1, $2)", [
      'plain',
      'p',
    ]);
    await Promise.all([listener.query('SELECT 1'), quoted.query('SELECT 1')]);
    expect(heard.toSorted()).to.deep.equal(['Mixed;Case m', 'plain p']);
  });

  it('hear notifications when they listen by the extended protocol, and only after the commit', async () => {
    const [listener, sender] = [await WireClient.open(database().url), await connect()];
    listener.send(parse('', 'LISTEN extended'), sync());
    await listener.until('Z');
    listener.send(bind(''), execute(), sync());
    await listener.until('Z');
    await sender.query('BEGIN');
    await sender.query("NOTIFY extended, 'rolled back'");
    await sender.query('ROLLBACK');
    await sender.query("NOTIFY extended, 'committed'");
    const [notification] = await listener.until('A');
    expect(notification!.text).to.contain('extended|committed');
    listener.socket.destroy();
  });

  it('still hear when another one stops to listen', async () => {
    const [leaver, listener] = [await connect(), await connect()];
    await leaver.query('LISTEN shared');
    await listener.query('LISTEN shared');
    await leaver.query('BEGIN');
    await leaver.query('UNLISTEN *');
    await leaver.query('COMMIT');
    const heard = once(listener, 'notification');
    leaver.on('notification', () => expect.fail('it does not listen any more'));
    await leaver.query("NOTIFY shared, 'still there'");
    expect((await heard)[0]).to.include({ channel: 'shared', payload: 'still there' });
  });

  it('each keep what they SET, and what their start-up options asked for', async () => {
    const [one, two] = [
      await connect({ options: '-c search_path=pg_catalog --TimeZone=Europe/Madrid' }),
      await connect(),
    ];
    const read = async (client: typeof one) =>
      (await client.query("SELECT current_setting('search_path') AS path, current_setting('TimeZone') AS zone"))
        .rows[0];
    await two.query('CREATE SCHEMA elsewhere');
    await two.query('BEGIN');
    await two.query("SET search_path TO elsewhere, public; SET LOCAL TimeZone TO 'Asia/Tokyo'");
    await two.query('COMMIT');
    expect(await read(one)).to.deep.equal({ path: 'pg_catalog', zone: 'Europe/Madrid' });
    expect(await read(two)).to.deep.equal({ path: 'elsewhere, public', zone: 'UTC' });
    expect(await read(await connect())).to.deep.equal({ path: 'public', zone: 'UTC' });
    await two.query('RESET ALL');
    expect(await read(two)).to.deep.equal({ path: 'public', zone: 'UTC' });
    expect(await read(one)).to.deep.equal({ path: 'pg_catalog', zone: 'Europe/Madrid' });
  });

  it('are refused, with the name that Postgres gives the fault, when they start with a setting that does not exist', async () => {
    const client = await connect({ options: '-c no_such_setting=1' });
    const refusal = await client.query('SELECT 1').catch((error: Error) => error);
    expect(refusal).to.include({ code: '42704' });
    expect((await (await connect()).query('SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
  });

  it('have all done that they sent before they said goodbye, though they were gone before their turn', async () => {
    const holder = await connect();
    await holder.query('CREATE TABLE farewell (n int)');
    const client = await WireClient.open(database().url);
    await holder.query('BEGIN');
    client.send(query('INSERT INTO farewell VALUES (1)'), message('X'));
    client.socket.end();
    await client.untilClosed();
    await holder.query('COMMIT');
    expect((await holder.query('SELECT n FROM farewell')).rows).to.deep.equal([{ n: 1 }]);
  });
});
