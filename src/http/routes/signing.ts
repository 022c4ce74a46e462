import { messageSigningInput, sha256Hex } from '@moltnet/protocol';
import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  findSigningRequest,
  listSigningRequests,
  type SigningRequest as RequestRow,
} from '../../db/signing/signingRequests.js';
import { AppError } from '../../errors.js';
import type { NewSigningRequest as Draft } from '../../rules/signingRequest.js';
import { startRun } from '../../runtime/startRun.js';
import { openSigningRequest } from '../../workflows/openSigningRequest.js';
import { signEntries } from '../../workflows/signEntries.js';
import { derivedId, idempotencyKeyHeader, requestHash } from '../idempotency.js';
import type { Principal } from '../principal.js';
import { defineRoute, type Route } from '../route.js';
import { page, pageQuery, uuid } from '../schemas/common.js';
import {
  NewSigningRequest,
  renderSigningRequest,
  requestState,
  SigningAnswer,
  SigningRequest,
} from '../schemas/signing.js';
import type { Services } from '../services.js';
import { acceptedResponse, preferHeader, RUN_HEADERS, START_DEADLINE_MS, startWorkflow } from '../startWorkflow.js';
import { unlessRefused } from './refusal.js';

const params = z.object({ requestId: uuid });

export function signingRoutes(services: Services): Route[] {
  return [create(services), list(services), get(services), answer(services)];
}

async function mustFindRequest({ db }: Services, { agentId }: Principal, id: string): Promise<RequestRow> {
  const request = await findSigningRequest(db, { id, agentId });
  if (!request) throw new AppError('NotFound', `There is no signing request ${id} of yours.`);
  return request;
}

/** The nonce comes from the request's id, so that the same request opens the same one. */
function toDraft(body: z.output<typeof NewSigningRequest>, { agentId }: Principal, key: string | undefined): Draft {
  const id = key ? derivedId(agentId, 'createSigningRequest', key) : randomUUID();
  const { entryIds, message = '', expiresInSeconds } = body;
  const createdAt = new Date();
  const expiresAt = new Date(createdAt.getTime() + expiresInSeconds * 1_000);
  const signingInput = () => messageSigningInput({ nonce: key ? id : randomBytes(24).toString('base64url'), message });
  return {
    id,
    agentId,
    subject: entryIds ? { entryIds } : { messageHash: sha256Hex(message), signingInput: signingInput() },
    requestHash: requestHash(body),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

function create(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/signing-requests',
    operationId: 'createSigningRequest',
    summary: 'Asks for your signature on entries or a message',
    description:
      'Gives the exact bytes to sign. Nothing waits: answer until the time is up, as often as it takes. At most 50 are open at once.',
    tags: ['signing'],
    access: 'agent',
    deadlineMs: START_DEADLINE_MS,
    headers: z.object({ ...idempotencyKeyHeader, ...preferHeader }),
    body: NewSigningRequest,
    problems: ['NotFound', 'Forbidden', 'Conflict', 'Gone', 'IdempotencyKeyReused', 'StartTimedOut'],
    responses: {
      200: { description: 'It was opened before, by the same request.', schema: SigningRequest, headers: RUN_HEADERS },
      201: { description: 'Opened.', schema: SigningRequest, headers: { ...RUN_HEADERS, Location: 'The request.' } },
      202: acceptedResponse,
    },
    handler: async ({ body, headers, principal, deadline }) => {
      const key = headers['Idempotency-Key'];
      const draft = toDraft(body, principal, key);
      const about = { agents: [principal.agentId], ...(body.entryIds && { entries: body.entryIds }) };
      const run = await startWorkflow(() => startRun(openSigningRequest, about, draft), {
        prefer: headers.Prefer,
        deadline,
        idempotencyKey: key,
      });
      if (!run.done) return run;
      const { outcome } = unlessRefused(run.value);
      const reply = {
        body: renderSigningRequest(await mustFindRequest(services, principal, draft.id)),
        headers: { ...run.headers, Location: `/signing-requests/${draft.id}` },
      };
      return outcome === 'applied' ? { status: 201, ...reply } : { status: 200, ...reply };
    },
  });
}

function list(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/signing-requests',
    operationId: 'listSigningRequests',
    summary: 'Your signing requests, newest first',
    tags: ['signing'],
    access: 'agent',
    query: z.object({ ...pageQuery, state: requestState.optional() }),
    responses: {
      200: { description: 'A page of requests.', schema: page(SigningRequest).meta({ id: 'SigningRequestPage' }) },
    },
    handler: async ({ query: { cursor, limit, state }, principal }) => {
      const kind = `signing:${principal.agentId}:${state ?? ''}`;
      const [createdAt, id] = cursor ? services.cursors.decode(kind, cursor) : [];
      const before = cursor ? { createdAt: String(createdAt), id: String(id) } : undefined;
      const rows = await listSigningRequests(services.db, principal.agentId, { state, before, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      const nextCursor = last ? services.cursors.encode(kind, [last.createdAt.toISOString(), last.id]) : null;
      return { status: 200, body: { items: items.map(renderSigningRequest), nextCursor } };
    },
  });
}

function get(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/signing-requests/{requestId}',
    operationId: 'getSigningRequest',
    summary: 'One of your signing requests',
    tags: ['signing'],
    access: 'agent',
    params,
    problems: ['NotFound'],
    responses: { 200: { description: 'The request.', schema: SigningRequest } },
    handler: async ({ params: { requestId }, principal }) => {
      return { status: 200, body: renderSigningRequest(await mustFindRequest(services, principal, requestId)) };
    },
  });
}

function answer(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/signing-requests/{requestId}/signature',
    operationId: 'answerSigningRequest',
    summary: 'Answers a signing request with the signature',
    description:
      'A wrong one is refused and may be sent again; the right one, sent again, answers the same. An answer that came in time counts, however long its run takes.',
    tags: ['signing'],
    access: 'agent',
    deadlineMs: START_DEADLINE_MS,
    params,
    headers: z.object({ ...idempotencyKeyHeader, ...preferHeader }),
    body: SigningAnswer,
    problems: ['NotFound', 'Conflict', 'Gone', 'StartTimedOut'],
    responses: {
      200: { description: 'Signed.', schema: SigningRequest, headers: RUN_HEADERS },
      202: acceptedResponse,
    },
    handler: async ({ params: { requestId }, body: { signature }, headers, principal, deadline }) => {
      const { entryIds } = await mustFindRequest(services, principal, requestId);
      const { agentId } = principal;
      const given = { requestId, agentId, signature, receivedAt: new Date().toISOString() };
      const about = { agents: [agentId], entries: entryIds };
      const run = await startWorkflow(() => startRun(signEntries, about, given), { prefer: headers.Prefer, deadline });
      if (!run.done) return run;
      services.wake();
      unlessRefused(run.value);
      const request = await mustFindRequest(services, principal, requestId);
      return { status: 200, body: renderSigningRequest(request), headers: run.headers };
    },
  });
}
