import { generateKeyPair } from '@moltnet/protocol';
import { expect } from 'chai';
import type { Db } from '../../src/db/database.js';
import { createAuthenticator } from '../../src/http/authenticate.js';
import { agentRoutes } from '../../src/http/routes/agents.js';
import { oauthRoutes } from '../../src/http/routes/oauth.js';
import { createCursors } from '../../src/http/cursor.js';
import { credentialRoutes } from '../../src/http/routes/credentials.js';
import { hookRoutes } from '../../src/http/routes/hooks.js';
import { invitationRoutes } from '../../src/http/routes/invitations.js';
import { keyRoutes } from '../../src/http/routes/keys.js';
import { registrationRoutes } from '../../src/http/routes/registration.js';
import type { ClientSecret } from '../../src/ports/identity.js';
import { setPorts } from '../../src/ports/index.js';
import { createChallenges } from '../../src/rules/challenge.js';
import { deriveInvitationCode } from '../../src/rules/clientSecret.js';
import { describeNewAgent } from '../../src/rules/registration.js';
import { startRegistration } from '../../src/runtime/startRegistration.js';
import { log } from '../../src/telemetry.js';
import { startFaultyProxy, type FaultyProxy } from '../support/faultyProxy.js';
import { recordingLog, serve, type LogLine } from '../support/http.js';
import {
  API,
  keyRotationRequest,
  MCP,
  recoveryAnswer,
  registrationRequest,
  secretRotationRequest,
} from '../support/registration.js';
import { connectIdentity, deriveTestSecret, startWorld, type World } from '../support/world.js';

const ACTION_KEY = 'a key that only Ory and we know';
const CHALLENGE_SECRET = 'a challenge secret of the tests';

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
    const tokens = { audience: API, tokenAudiences: [API, MCP], clientSecret: deriveTestSecret };
    const options = {
      db: world.db,
      identity,
      ...tokens,
      registration: 'closed' as const,
      actionKey: ACTION_KEY,
      challenges: createChallenges(CHALLENGE_SECRET, API),
      cursors: createCursors('a cursor secret of the tests'),
      invitationCode: (id: string) => deriveInvitationCode('a master secret of the tests, 32+', id),
      wake: () => undefined,
    };
    const routes = [
      ...registrationRoutes(options),
      ...oauthRoutes(options),
      ...agentRoutes(world.db),
      ...keyRoutes(options),
      ...credentialRoutes(options),
      ...invitationRoutes(options),
      ...hookRoutes(options),
    ];
    server = await serve(routes, { authenticate: createAuthenticator(options), log });
  });

  after(async () => {
    await server.stop();
    await world.stop();
    await proxy.close();
    Object.assign(log, real);
  });

  const failures: string[] = [];
  async function post(path: string, body: object, headers: Record<string, string> = {}) {
    const isForm = body instanceof URLSearchParams;
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { ...(!isForm && { 'content-type': 'application/json' }), ...headers },
      body: isForm ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) failures.push(text);
    // Tests read what they expect and fail on what is not there.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as any };
  }

  const askToken = ({ clientId, clientSecret }: ClientSecret) => {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    return post('/oauth2/token', new URLSearchParams(form));
  };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  async function firstOperator(): Promise<string> {
    const described = describeNewAgent(registrationRequest(), { role: 'operator', audience: [API, MCP] });
    await (
      await startRegistration('an operator', described)
    ).result;
    const { agentId } = described;
    return (await askToken({ clientId: agentId, clientSecret: deriveTestSecret(agentId, 1) })).body.access_token;
  }

  it('are in no table, no log line, no event and no error, whether all went well, was refused, or failed', async () => {
    const operator = await firstOperator();
    const { code } = (await post('/ops/invitations', { reason: 'for the test' }, bearer(operator))).body;
    const [keys, to] = [generateKeyPair(), generateKeyPair()];
    const registered = await post('/auth/register', { ...registrationRequest({ keys }), invitation: code });
    const first: ClientSecret = registered.body.credentials;
    const token: string = (await askToken(first)).body.access_token;
    const rotated = await post('/auth/rotate-secret', secretRotationRequest(keys), bearer(token));
    const second: ClientSecret = rotated.body.credentials;
    const ofGrace: string = (await askToken(first)).body.access_token;
    expect((await post('/auth/rotate-key', keyRotationRequest(keys, { to }))).status).to.equal(200);
    const challengeNow = async (): Promise<string> =>
      (await post('/recovery/challenge', { publicKey: to.publicKey })).body.challenge;
    const challenge = await challengeNow();
    const third: ClientSecret = (await post('/recovery/verify', recoveryAnswer(to, challenge))).body.credentials;
    const last: string = (await askToken(third)).body.access_token;
    const hook = { request: { client_id: first.clientId } };
    expect((await post('/hooks/hydra/token-exchange', hook, { 'x-ory-api-key': ACTION_KEY })).status).to.equal(200);

    const wrong = 'a-wrong-secret-that-somebody-guessed';
    expect((await askToken({ ...third, clientSecret: wrong })).status).to.equal(401);
    expect((await askToken(first)).status).to.equal(401);
    expect((await post('/recovery/verify', recoveryAnswer(to, challenge))).status).to.equal(401);
    expect((await post('/hooks/hydra/token-exchange', hook, { 'x-ory-api-key': wrong })).status).to.equal(401);
    expect((await post('/auth/register', { ...registrationRequest(), invitation: code })).status).to.equal(403);
    proxy.fate = () => 'fail';
    expect((await askToken(third)).status).to.equal(503);
    expect((await post('/recovery/verify', recoveryAnswer(to, await challengeNow()))).status).to.equal(503);

    const [dbos, tables] = [await dump(world.db, 'dbos'), await dump(world.db, 'public')];
    const logged = JSON.stringify(lines);
    const secrets = [
      ...[first, second, third].map(({ clientSecret }) => clientSecret),
      ...[token, ofGrace, last, operator, code, wrong, ACTION_KEY, CHALLENGE_SECRET, challenge],
      ...[keys, to].map(({ privateKey }) => privateKey),
      deriveTestSecret(first.clientId, 4),
      world.identityServer.apiKey,
    ] as string[];
    expect(new Set(secrets).size).to.equal(secrets.length);
    for (const secret of secrets) {
      for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]) {
        expect(dbos.text.includes(form), 'a secret in a table of DBOS').to.equal(false);
        expect(tables.text.includes(form), 'a secret in a table').to.equal(false);
        expect(logged.includes(form), 'a secret in the log').to.equal(false);
        expect(failures.join('\n').includes(form), 'a secret in an error').to.equal(false);
      }
    }
    // What must be found is: so the search would have found the others.
    expect(dbos.tables).to.be.greaterThan(5);
    expect(dbos.text).to.include(first.clientId).and.include('recoverAgent').and.include('rotateSecret');
    expect(tables.text).to.include(first.clientId).and.include('agent.recovered');
    expect(logged).to.include('The identity service answered 503');
    expect(failures.length).to.be.greaterThan(6);
  });
});
