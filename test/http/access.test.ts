import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { CALLERS, RULES, type Caller, type Place, type Rule } from '../support/accessRules.js';
import { describedRoutes } from '../support/documentFiles.js';
import { until } from '../support/until.js';
import { startTestServer, type TestServer } from '../support/server.js';

interface Agent {
  id: string;
  fingerprint: string;
  token: string;
}

const routes = describedRoutes().map(({ method, path }) => ({ method, path, name: `${method} ${path}` }));
const rulesOf = (name: string): Rule[] => [RULES[name] ?? []].flat();

describe('The authorization matrix', () => {
  let server: TestServer;
  const agents = {} as Record<Exclude<Caller, 'anonymous'> | 'nobody', Agent>;
  /** One for all places: an agent may have few open at a time. */
  let requestId: string;
  const places = new Map<Caller, Promise<Place>>();

  before(async function () {
    this.timeout(60_000);
    server = await startTestServer({ RATE_LIMITS: 'share=off,registration=off,signIn=off,token=off' });
    for (const name of ['stranger', 'visitor', 'reader', 'writer', 'manager', 'owner', 'nobody'] as const) {
      agents[name] = await identify(await server.newAgent(name));
    }
    requestId = (await asOwner('POST', '/signing-requests', { message: 'To be signed.' })).body.id;
    agents.operator = await identify(await server.token(server.operator));
  });
  after(() => server.stop());

  async function identify(token: string): Promise<Agent> {
    const { id, fingerprint } = (await server.call('GET', '/agents/whoami', { token })).body;
    return { id, fingerprint, token };
  }

  async function asOwner(method: string, path: string, body?: unknown) {
    const answer = await server.call(method, path, { token: agents.owner.token, body });
    expect(answer.status, `${method} ${path}`).to.be.below(300);
    return answer;
  }

  /** A diary of the owner's with an entry of the owner's and one of the caller's, in which the caller is what it is called. */
  async function makePlace(caller: Caller): Promise<Place> {
    const visibility = caller === 'visitor' ? 'moltnet' : 'private';
    const diaryId = (await asOwner('POST', '/diaries', { name: 'Matrix', visibility })).body.id as string;
    const entry = await asOwner('POST', `/diaries/${diaryId}/entries`, { content: 'The owner writes.' });
    const other = await asOwner('POST', `/diaries/${diaryId}/entries`, { content: 'And writes on.' });
    const relation = await asOwner('POST', `/entries/${other.body.id}/relations`, {
      type: 'elaborates',
      targetId: entry.body.id,
    });
    const run = await asOwner('POST', `/diaries/${diaryId}/consolidations`, {});
    const place = {
      consolidationId: run.body.id as string,
      otherId: other.body.id as string,
      relationId: relation.body.id as string,
      requestId,
      diaryId,
      entryId: entry.body.id as string,
      ownEntryId: entry.body.id as string,
      workflowId: entry.headers.get('workflow-id') ?? '',
      agent: agents.nobody.fingerprint,
      fingerprint: agents.nobody.fingerprint,
      sessionId: randomUUID(),
      keyId: 'f'.repeat(64),
    };
    if (caller === 'anonymous' || caller === 'owner') return place;
    const grants = `/diaries/${diaryId}/grants`;
    const { id, token } = agents[caller];
    await asOwner('POST', grants, { agent: id, role: 'writer' });
    const own = await server.call('POST', `/diaries/${diaryId}/entries`, { token, body: { content: 'The caller.' } });
    expect(own.status).to.equal(201);
    if (caller === 'reader' || caller === 'manager') await asOwner('POST', grants, { agent: id, role: caller });
    else if (caller !== 'writer') await asOwner('DELETE', `${grants}/${id}`);
    return { ...place, ownEntryId: own.body.id };
  }

  /** Reading leaves a place as it is, so one does for all reads. */
  function placeFor(method: string, caller: Caller): Promise<Place> {
    if (method !== 'get') return makePlace(caller);
    const place = places.get(caller) ?? makePlace(caller);
    places.set(caller, place);
    return place;
  }

  async function send(
    method: string,
    path: string,
    { rule, place, caller }: { rule: Rule; place: Place; caller: Caller },
  ) {
    const params: Record<string, string> = { ...place, ...rule.params?.(place) };
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? name);
    const body = rule.body?.(place);
    const response = await fetch(`${server.url}${url}`, {
      method: method.toUpperCase(),
      redirect: 'manual',
      headers: {
        ...(caller !== 'anonymous' && { Authorization: `Bearer ${agents[caller].token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...rule.headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    if (isStream) await response.body?.cancel();
    return { status: response.status, text: isStream ? '' : await response.text() };
  }

  it('has a rule for every route, and none for what is no route', () => {
    expect(Object.keys(RULES).sort()).to.deep.equal(routes.map(({ name }) => name).sort());
  });

  for (const { method, path, name } of routes) {
    for (const rule of rulesOf(name)) {
      it(`holds for ${name}${rule.title ? ` (${rule.title})` : ''}`, async function () {
        this.timeout(30_000);
        const found: Partial<Record<Caller, number>> = {};
        for (const caller of CALLERS) {
          const place = await placeFor(method, caller);
          const { status } = await until(async () => {
            const answer = await send(method, path, { rule, place, caller });
            return answer.status !== rule.notYet && answer;
          });
          found[caller] = status;
        }
        expect(found).to.deep.equal(rule.expected);
      });
    }
  }

  /** What an answer says, without the ids that the request brought and that of the request itself. */
  function withoutIds(text: string, place: Place): unknown {
    const { requestId: _, ...problem } = JSON.parse(
      Object.entries(place).reduce((rest, [key, id]) => rest.replaceAll(id as string, key), text),
    );
    return problem;
  }

  it('tells a stranger of what is not its own exactly what it tells of what is not there', async function () {
    this.timeout(60_000);
    const caller = 'stranger';
    let compared = 0;
    for (const { method, path, name } of routes) {
      for (const rule of rulesOf(name).filter(({ expected }) => expected[caller] === 404)) {
        const place = await makePlace(caller);
        const absent = {
          ...place,
          diaryId: randomUUID(),
          entryId: randomUUID(),
          ownEntryId: randomUUID(),
          workflowId: randomUUID(),
          otherId: randomUUID(),
          relationId: randomUUID(),
          consolidationId: randomUUID(),
          requestId: randomUUID(),
        };
        const there = await send(method, path, { rule, place, caller });
        const nowhere = await send(method, path, { rule, place: absent, caller });
        expect(withoutIds(there.text, place), name).to.deep.equal(withoutIds(nowhere.text, absent));
        compared++;
      }
    }
    expect(compared).to.be.greaterThan(20);
  });
});
