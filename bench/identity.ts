/**
 * What identity costs a request: a token, its look-up warm and cold, an assertion; each over HTTP, one caller at a time
 * and twenty. `node dist/bench/identity.js` on TEST_DATABASE_URL or the embedded database; the embedded identity server;
 * prints a table and writes bench/results/identity.json. The same route without authentication is the base.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { storeAgent } from '../src/db/agents/storeAgent.js';
import { startIdentityServer } from '../src/embedded/identity/server.js';
import { createApp } from '../src/http/app.js';
import { ASSERTION } from '../src/rules/assertion.js';
import { createAuthenticator } from '../src/http/authenticate.js';
import { listen } from '../src/http/listen.js';
import { defineRoute } from '../src/http/route.js';
import { oauthRoutes } from '../src/http/routes/oauth.js';
import { createOryIdentity, oryUrls } from '../src/ports/ory/identity.js';
import { deriveClientSecret } from '../src/rules/clientSecret.js';
import { describeNewAgent } from '../src/rules/registration.js';
import { freshDatabase } from '../test/support/database.js';
import { silentLog } from '../test/support/log.js';
import { API, registrationRequest } from '../test/support/registration.js';

const WARM_UP = 50;
const REQUESTS = 1_000;
const ROUNDS = 3;

interface Result {
  what: string;
  callers: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

const ping = (access: 'public' | 'agent') =>
  defineRoute({
    method: 'get',
    path: `/${access}`,
    operationId: access,
    summary: '',
    tags: [],
    access,
    responses: { 200: { description: '', schema: z.object({}) } },
    handler: () => ({ status: 200 as const, body: {} }),
  });

const { db, drop } = await freshDatabase();
const identityServer = await startIdentityServer(db);
const { url, apiKey } = identityServer;
const identity = createOryIdentity({ urls: oryUrls(url), apiKey, schemaId: 'agent' });
const keys = generateKeyPairSync('ed25519');
const clientSecret = (agentId: string, epoch: number) =>
  deriveClientSecret('a master secret of the benchmark', agentId, epoch);
const options = { db, identity, audience: API, tokenAudiences: [API], clientSecret };
const api = await listen(
  createApp({
    routes: [ping('public'), ping('agent'), ...oauthRoutes(options)],
    authenticate: createAuthenticator({ ...options, assertionKey: keys.publicKey }),
    log: silentLog,
    maxRequestsPerSecondPerAddress: 1_000_000,
    maxRequestsPerSecondPerAgent: 1_000_000,
  }),
  { host: '127.0.0.1', port: 0 },
);

const agent = describeNewAgent(registrationRequest(), { role: 'agent', audience: [API] });
await storeAgent(db, agent);
const credentials = { clientId: agent.agentId, clientSecret: randomUUID() };
await identity.clients.create({ ...credentials, name: '', scope: 'agent', audience: [API], metadata: {} });

async function issue(): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
  });
  const response = await fetch(`${api.url}/oauth2/token`, { method: 'POST', body });
  if (response.status !== 200) throw new Error(`no token: ${response.status}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

async function get(path: string, token = ''): Promise<void> {
  const response = await fetch(api.url + path, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
}

async function assert(): Promise<string> {
  return new SignJWT({ epoch: 1 })
    .setProtectedHeader({ alg: 'EdDSA', typ: ASSERTION.type })
    .setIssuer(ASSERTION.issuer)
    .setAudience(API)
    .setSubject(agent.agentId)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(keys.privateKey);
}

async function measure(
  what: string,
  callers: number,
  requests: number,
  act: (i: number) => Promise<unknown>,
): Promise<Result> {
  const times: number[] = [];
  let next = 0;
  const startedAt = performance.now();
  const caller = async () => {
    for (let i = next++; i < requests; i = next++) {
      const at = performance.now();
      await act(i);
      times.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const perSecond = Math.round((requests / (performance.now() - startedAt)) * 1000);
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2));
  return { what, callers, perSecond, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function round(callers: number): Promise<Result[]> {
  const token = await issue();
  const fresh: string[] = [];
  const assertions: string[] = [];
  for (let i = 0; i < REQUESTS; i++) assertions.push(await assert());
  return [
    await measure('no authentication', callers, REQUESTS, () => get('/public')),
    await measure('token, known', callers, REQUESTS, () => get('/agent', token)),
    await measure('token, issued', callers, REQUESTS, async () => fresh.push(await issue())),
    await measure('token, first seen', callers, REQUESTS, (i) => get('/agent', fresh[i])),
    await measure('assertion', callers, REQUESTS, (i) => get('/agent', assertions[i])),
  ];
}

/** Of the rounds, the one in the middle by rate: other work on the machine shows in the ends. */
function median(results: Result[]): Result {
  return results.sort((a, b) => a.perSecond - b.perSecond)[Math.floor(results.length / 2)] as Result;
}

await measure('warm-up', 10, WARM_UP, issue);
const table: Result[] = [];
for (const callers of [1, 20]) {
  const rounds: Result[][] = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push(await round(callers));
  table.push(...(rounds[0] ?? []).map((_, i) => median(rounds.map((results) => results[i] as Result))));
}
console.table(table);
await mkdir('bench/results', { recursive: true });
await writeFile('bench/results/identity.json', JSON.stringify(table, null, 2));
await api.close(0);
await identityServer.close();
await drop();
