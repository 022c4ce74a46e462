import { generateKeyPair, type KeyPair } from '@moltnet/protocol';
import { createAuthenticator } from '../../src/http/authenticate.js';
import type { Route } from '../../src/http/route.js';
import { agentRoutes } from '../../src/http/routes/agents.js';
import { oauthRoutes } from '../../src/http/routes/oauth.js';
import { registrationRoutes } from '../../src/http/routes/registration.js';
import { storeAgent } from '../../src/db/agents/storeAgent.js';
import type { Db } from '../../src/db/database.js';
import type { ClientSecret, Identity } from '../../src/ports/identity.js';
import { setPorts } from '../../src/ports/index.js';
import { describeAgentClient } from '../../src/rules/agentClient.js';
import { createChallenges, type Challenges } from '../../src/rules/challenge.js';
import { describeNewAgent } from '../../src/rules/registration.js';
import { startFaultyProxy, type FaultyProxy } from './faultyProxy.js';
import { serve } from './http.js';
import { API, MCP, registrationRequest } from './registration.js';
import { connectIdentity, deriveTestSecret, startWorld, type World } from './world.js';

export interface RouteOptions {
  db: Db;
  identity: Identity;
  audience: string;
  tokenAudiences: string[];
  clientSecret: (agentId: string, epoch: number) => string;
  registration: 'open' | 'closed';
  challenges: Challenges;
  wake: () => void;
}

export interface Reply {
  status: number;
  // Tests read what they expect and fail on what is not there.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface TestAgent {
  keys: KeyPair;
  agentId: string;
  keyId: string;
  fingerprint: string;
  credentials: ClientSecret;
}

/** The doors of identity on real parts, two processes' worth of them, with an identity service that can be disturbed. */
export interface IdentityWorld {
  world: World;
  proxy: FaultyProxy;
  identity: Identity;
  post(path: string, body: object, token?: string, headers?: Record<string, string>): Promise<Reply>;
  postForm(path: string, form: Record<string, string>): Promise<Reply>;
  /** From the peer, which knows what it has looked up itself and nothing else. */
  get(path: string, token: string, from?: 'server' | 'peer'): Promise<Reply>;
  /** What a registration leaves, without the queue that it waits on. */
  register(keys?: KeyPair): Promise<TestAgent>;
  /** A token for this API, or the status of the refusal. */
  token(credentials: ClientSecret): Promise<string>;
  tokenStatus(credentials: ClientSecret): Promise<number>;
  lines: unknown[];
  stop(): Promise<void>;
}

export async function startIdentityWorld(
  more: (options: RouteOptions) => Route[],
  { registration = 'open' }: { registration?: 'open' | 'closed' } = {},
): Promise<IdentityWorld> {
  const world = await startWorld();
  const proxy = await startFaultyProxy(world.identityServer.url);
  const identity = connectIdentity({ url: proxy.url, apiKey: world.identityServer.apiKey });
  setPorts({ ...world.ports, identity });
  const options = {
    db: world.db,
    identity,
    audience: API,
    tokenAudiences: [API, MCP],
    clientSecret: deriveTestSecret,
    registration,
    challenges: createChallenges('a challenge secret of the tests', API),
    wake: () => undefined,
  };
  const start = () =>
    serve([...registrationRoutes(options), ...oauthRoutes(options), ...agentRoutes(world.db), ...more(options)], {
      authenticate: createAuthenticator(options),
    });
  const [server, peer] = [await start(), await start()];

  async function call(url: string, init: RequestInit): Promise<Reply> {
    const response = await fetch(url, init);
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }
  const bearer = (token: string | undefined) => (token === undefined ? {} : { authorization: `Bearer ${token}` });
  const post = (path: string, body: object, token?: string, headers: Record<string, string> = {}) =>
    call(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(token), ...headers },
      body: JSON.stringify(body),
    });
  const postForm = (path: string, form: Record<string, string>) =>
    call(server.url + path, { method: 'POST', body: new URLSearchParams(form) });
  const askToken = ({ clientId, clientSecret }: ClientSecret) =>
    postForm('/oauth2/token', {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });

  return {
    world,
    proxy,
    identity,
    post,
    postForm,
    get: (path, token, from = 'server') =>
      call((from === 'peer' ? peer : server).url + path, { headers: bearer(token) }),
    async register(keys = generateKeyPair()) {
      const described = { role: 'agent', audience: options.tokenAudiences } as const;
      const agent = describeNewAgent(registrationRequest({ keys }), described);
      const { agentId, keyId, fingerprint, publicKey } = agent;
      const clientSecret = deriveTestSecret(agentId, 1);
      await identity.identities.create({ externalId: keyId, traits: { public_key: publicKey, fingerprint } });
      await identity.clients.create({ ...describeAgentClient(agent, agent.audience), clientSecret });
      await storeAgent(world.db, agent);
      return { keys, agentId, keyId, fingerprint, credentials: { clientId: agentId, clientSecret } };
    },
    async token(credentials) {
      const { status, body } = await askToken(credentials);
      if (status !== 200) throw new Error(`no token: ${JSON.stringify(body)}`);
      return body.access_token;
    },
    tokenStatus: async (credentials) => (await askToken(credentials)).status,
    get lines() {
      return [...server.lines, ...peer.lines];
    },
    async stop() {
      await server.stop();
      await peer.stop();
      await world.stop();
      await proxy.close();
    },
  };
}
