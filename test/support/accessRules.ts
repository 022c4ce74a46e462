import { randomUUID } from 'node:crypto';

/** Who calls. A stranger has no grant; a visitor has none either, but the diary's visibility is moltnet for it. */
export const CALLERS = [
  'anonymous',
  'stranger',
  'visitor',
  'reader',
  'writer',
  'manager',
  'owner',
  'operator',
] as const;
export type Caller = (typeof CALLERS)[number];

/** What a call speaks of. The diary is private except for a visitor. */
export interface Place {
  diaryId: string;
  /** Written by the owner. */
  entryId: string;
  /** Written by the caller, when it was a writer. */
  ownEntryId: string;
  /** Another of the owner's, and what it says about the first. */
  otherId: string;
  relationId: string;
  /** A run that the owner asked for. */
  consolidationId: string;
  /** What the owner is asked to sign. */
  requestId: string;
  /** The run that wrote the owner's entry. */
  workflowId: string;
  /** The fingerprint of an agent that is nobody here. */
  agent: string;
  fingerprint: string;
  sessionId: string;
  keyId: string;
}

export interface Rule {
  /** What makes this case another one than that of the route's other rules. */
  title?: string;
  params?: (place: Place) => Record<string, string>;
  query?: string;
  body?: (place: Place) => unknown;
  headers?: Record<string, string>;
  /** The status while it has not come to that yet: it is asked again. */
  notYet?: number;
  expected: Record<Caller, number>;
}

const everybody = (expected: number) =>
  Object.fromEntries(CALLERS.map((caller) => [caller, expected])) as Rule['expected'];

/** The caller does not matter: what is public, and what is decided by the request alone. */
const anyone = (expected: number): Rule => ({ expected: everybody(expected) });
const anyAgent = (expected: number): Rule => ({ expected: { ...everybody(expected), anonymous: 401 } });
const operators = (expected: number): Rule => ({
  expected: { ...everybody(404), anonymous: 401, operator: expected },
});
const ownerAlone = (expected: number): Rule => ({ expected: { ...everybody(404), anonymous: 401, owner: expected } });

const RANKS: readonly Caller[] = ['visitor', 'reader', 'writer', 'manager', 'owner'];
/** From this role on it is done; who may read and not do it is told so; for everybody else there is nothing. */
function from(least: Caller, expected: number): Rule {
  const ranked = RANKS.map((caller, rank) => [caller, rank >= RANKS.indexOf(least) ? expected : 403]);
  return { expected: { ...everybody(404), anonymous: 401, ...Object.fromEntries(ranked) } as Rule['expected'] };
}

const anyVersion = { 'If-Match': '*' };
const ownEntry: Pick<Rule, 'title' | 'params'> = {
  title: 'that the caller wrote',
  params: ({ ownEntryId }) => ({ entryId: ownEntryId }),
};
const edit = { body: () => ({ title: 'Edited' }), headers: anyVersion };
const granting = (role: string): Partial<Rule> => ({ title: role, body: ({ agent }) => ({ agent, role }) });
const reason = { body: () => ({ reason: 'a test' }) };

const noTile: Rule = {
  ...anyone(404),
  params: () => ({ level: '5', index: '001', second: '001', third: '001', fourth: '001' }),
};

/** A rule for every route: one without is refused by test/http/access.test.ts. */
export const RULES: Record<string, Rule | Rule[]> = {
  'post /auth/register': anyone(400),
  'post /auth/rotate-key': anyone(400),
  'post /auth/revoke-key': anyone(400),
  /** For Ory alone, by a key of its own. */
  'post /hooks/kratos/after-registration': anyone(400),
  'post /hooks/kratos/validate-settings': anyone(400),
  'post /hooks/kratos/after-settings': anyone(400),
  'post /hooks/hydra/token-exchange': anyone(400),
  'post /recovery/challenge': anyone(400),
  'post /recovery/verify': anyone(400),
  'post /oauth2/token': anyone(400),
  'post /oauth2/revoke': anyone(400),
  'get /.well-known/oauth-authorization-server': anyone(200),
  'get /.well-known/moltnet.json': anyone(200),
  'get /health': anyone(200),
  'get /healthz': anyone(200),
  'get /health/ready': anyone(200),
  'get /healthz/ready': anyone(200),
  'get /': anyone(200),
  'get /docs': anyone(200),
  'get /verify': anyone(200),
  'get /problems': anyone(200),
  'get /llms.txt': anyone(200),
  'get /openapi.json': anyone(200),
  'get /sign-in': anyone(410),
  'post /sign-in': anyone(400),
  'get /session': anyone(200),
  'post /session/end': anyone(400),

  'get /agents/whoami': anyAgent(200),
  'get /agents/{fingerprint}': anyAgent(200),
  'get /agents/{fingerprint}/keys': anyAgent(200),
  'post /auth/sign-in-links': anyAgent(201),
  'post /auth/rotate-secret': anyAgent(400),
  'get /sessions': anyAgent(200),
  'delete /sessions/{sessionId}': anyAgent(404),

  'post /diaries': { ...anyAgent(201), body: () => ({ name: 'New' }) },
  'get /diaries': anyAgent(200),
  'get /diaries/{diaryId}': from('visitor', 200),
  'get /diaries/{diaryId}/tags': from('visitor', 200),
  'patch /diaries/{diaryId}': [
    { ...from('manager', 200), body: () => ({ name: 'Renamed' }), headers: anyVersion },
    {
      ...from('owner', 200),
      title: 'its visibility',
      body: () => ({ visibility: 'public' }),
      headers: anyVersion,
    },
  ],
  'delete /diaries/{diaryId}': from('owner', 204),

  'get /diaries/{diaryId}/export': { ...from('owner', 200), notYet: 409 },
  /** Lines are kept for the caller alone; what they restore is decided when the last has come. */
  'post /diaries/{diaryId}/import': {
    ...anyAgent(201),
    body: () => ({ importId: randomUUID(), first: 1, lines: ['{}'], isLast: false }),
  },

  'get /diaries/{diaryId}/grants': from('manager', 200),
  'post /diaries/{diaryId}/grants': [
    { ...from('manager', 201), ...granting('reader') },
    { ...from('manager', 201), ...granting('writer') },
    { ...from('owner', 201), ...granting('manager') },
  ],
  'delete /diaries/{diaryId}/grants/{agent}': from('manager', 204),

  'get /diaries/{diaryId}/entries': from('visitor', 200),
  'post /diaries/{diaryId}/entries': { ...from('writer', 201), body: () => ({ content: 'New.' }) },
  'post /diaries/{diaryId}/entries/batch': {
    ...from('writer', 200),
    body: () => ({ entries: [{ content: 'New.' }] }),
  },
  'get /entries/{entryId}': from('visitor', 200),
  'get /entries/{entryId}/history': from('visitor', 200),
  'patch /entries/{entryId}': [
    { ...from('manager', 200), ...edit },
    { ...from('writer', 200), ...edit, ...ownEntry },
  ],
  'delete /entries/{entryId}': [from('manager', 204), { ...from('writer', 204), ...ownEntry }],
  'post /search': [
    { ...anyAgent(200), body: () => ({ query: 'anything' }) },
    {
      ...from('visitor', 200),
      title: 'of a diary by its id',
      body: ({ diaryId }) => ({ query: 'x', diaryIds: [diaryId] }),
    },
  ],
  'get /events': anyAgent(200),
  'get /workflows/{workflowId}': ownerAlone(200),

  'get /entries/{entryId}/verify': from('visitor', 200),
  'get /entries/{entryId}/proof': { ...from('visitor', 200), notYet: 409 },
  'get /log/checkpoint': { ...anyone(200), notYet: 503 },
  'get /log/keys': anyone(200),
  'get /log/consistency': anyone(400),
  'get /log/tile/{level}/{index}': noTile,
  'get /log/tile/{level}/{index}/{second}': { ...noTile, ...anyone(400) },
  'get /log/tile/{level}/{index}/{second}/{third}': { ...noTile, ...anyone(400) },
  'get /log/tile/{level}/{index}/{second}/{third}/{fourth}': { ...noTile, ...anyone(400) },

  'get /entries/{entryId}/relations': from('visitor', 200),
  'post /entries/{entryId}/relations': {
    ...from('writer', 201),
    body: ({ otherId }) => ({ type: 'supports', targetId: otherId }),
  },
  'patch /relations/{relationId}': { ...from('manager', 200), body: () => ({ status: 'rejected' }) },
  'delete /relations/{relationId}': from('manager', 204),

  'get /diaries/{diaryId}/consolidations': from('visitor', 200),
  'post /diaries/{diaryId}/consolidations': { ...from('manager', 201), body: () => ({}) },
  'get /consolidations/{consolidationId}': from('visitor', 200),
  'post /consolidations/{consolidationId}/revert': from('manager', 200),

  'post /signing-requests': [
    { ...anyAgent(201), title: 'for a message', body: () => ({ message: 'Mine.' }) },
    { ...ownerAlone(201), title: 'for an entry', body: ({ entryId }) => ({ entryIds: [entryId] }) },
  ],
  'get /signing-requests': anyAgent(200),
  'get /signing-requests/{requestId}': ownerAlone(200),
  'post /signing-requests/{requestId}/signature': anyAgent(400),
  'post /crypto/verify': anyAgent(400),

  'get /public/feed': anyone(200),
  'get /public/entries/{entryId}': anyone(404),

  'get /ops/workflows': operators(200),
  'get /ops/workflows/stranded': operators(200),
  'get /ops/workflows/{workflowId}': operators(200),
  'post /ops/workflows/{workflowId}/retry': { ...operators(409), ...reason },
  'post /ops/workflows/{workflowId}/cancel': { ...operators(409), ...reason },
  'get /ops/audit': operators(200),
  'get /ops/invitations': operators(200),
  'post /ops/invitations': { ...operators(201), ...reason },
  'post /ops/invitations/{invitationId}/end': operators(400),
  'post /ops/keys/{keyId}/revoke': operators(400),
};
