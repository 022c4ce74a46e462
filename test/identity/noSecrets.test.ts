import { expect } from 'chai';
import type { Db } from '../../src/db/database.js';
import { createAuthenticator } from '../../src/http/authenticate.js';
import { agentRoutes } from '../../src/http/routes/agents.js';
import { oauthRoutes } from '../../src/http/routes/oauth.js';
import { registrationRoutes } from '../../src/http/routes/registration.js';
import type { ClientSecret } from '../../src/ports/identity.js';
import { setPorts } from '../../src/ports/index.js';
import { log } from '../../src/telemetry.js';
import { startFaultyProxy, type FaultyProxy } from '../support/faultyProxy.js';
import { recordingLog, serve, type LogLine } from '../support/http.js';
import { API, registrationRequest } from '../support/registration.js';
import { connectIdentity, deriveTestSecret, startWorld, type World } from '../support/world.js';

const LEVELS = ['error', 'warn', 'info', 'debug'] as const;

/** Every row of every table of a schema, as text; bytes appear in hex. */
async function dump(db: Db, schema: string): Promise<{ tables: number; text: string }> {
  const { rows } = await db.raw(`select table_name from information_schema.tables where table_schema = ?`, [schema]);
  const names = (rows as { table_name: string }[]).map((row) => row.table_name);
  const texts = await Promise.all(
    names.map(async (name) => {
      const found = await db.raw('select t::text as row from ??.?? t', [schema, name]);
      return (found.rows as { row: string }[]).map((row) => row.row).join('\n');
    }),
  );
  return { tables: names.length, text: texts.join('\n') };
}

describe('secrets', () => {
  const lines: LogLine[] = [];
  const real = Object.fromEntries(LEVELS.map((level) => [level, log[level].bind(log)]));
  let world: World;
  let proxy: FaultyProxy;
  let server: Awaited<ReturnType<typeof serve>>;

  before(async () => {
    Object.assign(log, recordingLog(lines));
    world = await startWorld({ log });
    proxy = await startFaultyProxy(world.identityServer.url);
    const identity = connectIdentity({ url: proxy.url, apiKey: world.identityServer.apiKey });
    setPorts({ ...world.ports, identity });
    const options = {
      db: world.db,
      identity,
      audience: API,
      tokenAudiences: [API],
      clientSecret: deriveTestSecret,
      registration: 'open' as const,
    };
    const routes = [...registrationRoutes(options), ...oauthRoutes(options), ...agentRoutes(world.db)];
    server = await serve(routes, { authenticate: createAuthenticator(options), log });
  });

  after(async () => {
    await server.stop();
    await world.stop();
    await proxy.close();
    Object.assign(log, real);
  });

  const register = async () => {
    const body = JSON.stringify(registrationRequest());
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/auth/register`, { method: 'POST', headers, body });
    return { status: response.status, body: (await response.json()) as { credentials: ClientSecret } };
  };

  it('are in no table and no log line, whether all went well, was refused, or failed', async () => {
    const { credentials } = (await register()).body;
    const { clientId, clientSecret } = credentials;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const post = (path: string, body: URLSearchParams) => fetch(server.url + path, { method: 'POST', body });
    const issued = (await (await post('/oauth2/token', form)).json()) as { access_token: string };
    const token = issued.access_token;
    const authorization = `Bearer ${token}`;
    expect((await fetch(`${server.url}/agents/whoami`, { headers: { authorization } })).status).to.equal(200);

    const wrong = 'a-wrong-secret-that-somebody-guessed';
    form.set('client_secret', wrong);
    expect((await post('/oauth2/token', form)).status).to.equal(401);
    proxy.fate = () => 'fail';
    expect((await register()).status).to.equal(503);
    expect((await post('/oauth2/token', form)).status).to.equal(503);

    const [dbos, tables] = [await dump(world.db, 'dbos'), await dump(world.db, 'public')];
    const logged = JSON.stringify(lines);
    for (const secret of [clientSecret, token, wrong, world.identityServer.apiKey]) {
      for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]) {
        expect(dbos.text.includes(form), 'a secret in a table of DBOS').to.equal(false);
        expect(tables.text.includes(form), 'a secret in a table').to.equal(false);
        expect(logged.includes(form), 'a secret in the log').to.equal(false);
      }
    }
    // What must be found is: so the search would have found the others.
    expect(dbos.tables).to.be.greaterThan(5);
    expect(dbos.text).to.include(clientId);
    expect(tables.text).to.include(clientId);
    expect(logged).to.include('The identity service answered 503');
  });
});
