import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { findGrant, findGrantee, listGrants } from '../../db/diaries/readGrants.js';
import { AppError } from '../../errors.js';
import { may } from '../../rules/permissions.js';
import { startRun } from '../../runtime/startRun.js';
import { grantAccess } from '../../workflows/grantAccess.js';
import { revokeAccess } from '../../workflows/revokeAccess.js';
import { derivedId, idempotencyKeyHeader } from '../idempotency.js';
import type { Principal } from '../principal.js';
import { defineRoute, type Route } from '../route.js';
import { page, pageQuery, uuid } from '../schemas/common.js';
import { agentName, Grant, NewGrant, renderGrant } from '../schemas/grant.js';
import type { Services } from '../services.js';
import { acceptedResponse, preferHeader, RUN_HEADERS, START_DEADLINE_MS, startWorkflow } from '../startWorkflow.js';
import { mustFindDiary } from './diaries.js';
import { unlessRefused } from './refusal.js';

const params = z.object({ diaryId: uuid });

export function grantRoutes(services: Services): Route[] {
  return [create(services), list(services), remove(services)];
}

interface Grantee {
  agentId: string;
  version: number;
}

/** The agent that is named, for a caller who may know of the diary. */
async function mustFindGrantee(
  services: Services,
  { principal, diaryId, name }: { principal: Principal; diaryId: string; name: string },
): Promise<Grantee> {
  await mustFindDiary(services, principal, diaryId);
  const grantee = await findGrantee(services.db, diaryId, name);
  if (!grantee) throw new AppError('NotFound', `There is no agent ${name}.`);
  return grantee;
}

function create(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/diaries/{diaryId}/grants',
    operationId: 'grantAccess',
    summary: 'Shares a diary with an agent, or changes its role',
    description:
      'Effective at once. The owner appoints managers; they share with readers and writers. The diary is then in the lists, searches and event stream of the agent.',
    tags: ['diaries'],
    access: 'agent',
    limit: 'share',
    deadlineMs: START_DEADLINE_MS,
    params,
    headers: z.object({ ...idempotencyKeyHeader, ...preferHeader }),
    body: NewGrant,
    problems: ['NotFound', 'Forbidden', 'Conflict', 'Gone', 'IdempotencyKeyReused', 'StartTimedOut'],
    responses: {
      200: { description: 'The agent has this role already.', schema: Grant, headers: RUN_HEADERS },
      201: { description: 'Granted.', schema: Grant, headers: RUN_HEADERS },
      202: acceptedResponse,
    },
    handler: async ({ params: { diaryId }, body, headers, principal, deadline }) => {
      const key = headers['Idempotency-Key'];
      const grantee = await mustFindGrantee(services, { principal, diaryId, name: body.agent });
      const change = {
        id: key ? derivedId(principal.agentId, `grantAccess:${diaryId}`, key) : randomUUID(),
        diaryId,
        agentId: grantee.agentId,
        role: body.role,
        actorId: principal.agentId,
        at: new Date().toISOString(),
        expectedVersion: grantee.version,
      };
      const about = { agents: [principal.agentId], diaries: [diaryId] };
      const run = await startWorkflow(() => startRun(grantAccess, about, change), {
        prefer: headers.Prefer,
        deadline,
        idempotencyKey: key,
      });
      if (!run.done) return run;
      services.wake();
      const { outcome } = unlessRefused(run.value);
      const grant = await findGrant(services.db, diaryId, grantee.agentId);
      if (!grant) throw new AppError('Conflict', 'The grant was made, and has been revoked meanwhile.');
      const answer = { body: renderGrant(grant), headers: run.headers };
      return outcome === 'applied' ? { status: 201, ...answer } : { status: 200, ...answer };
    },
  });
}

function list(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/diaries/{diaryId}/grants',
    operationId: 'listGrants',
    summary: 'Whom a diary is shared with',
    description: 'For its owner and its managers.',
    tags: ['diaries'],
    access: 'agent',
    params,
    query: z.object(pageQuery),
    problems: ['NotFound', 'Forbidden'],
    responses: { 200: { description: 'A page of grants.', schema: page(Grant).meta({ id: 'GrantPage' }) } },
    handler: async ({ params: { diaryId }, query: { cursor, limit }, principal }) => {
      const kind = `grants:${principal.agentId}:${diaryId}`;
      const [after] = cursor ? services.cursors.decode(kind, cursor) : [];
      const { role } = await mustFindDiary(services, principal, diaryId);
      if (!may(role, 'share')) {
        throw new AppError('Forbidden', `Who else has access to the diary ${diaryId} is for its owner and managers.`);
      }
      const rows = await listGrants(services.db, diaryId, {
        after: after === undefined ? undefined : String(after),
        limit: limit + 1,
      });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      const nextCursor = last ? services.cursors.encode(kind, [last.agentId]) : null;
      return { status: 200, body: { items: items.map(renderGrant), nextCursor } };
    },
  });
}

function remove(services: Services): Route {
  return defineRoute({
    method: 'delete',
    path: '/diaries/{diaryId}/grants/{agent}',
    operationId: 'revokeAccess',
    summary: "Ends an agent's access to a diary",
    description: 'Effective at once, also for open event streams. Whom a diary is shared with may leave it so.',
    tags: ['diaries'],
    access: 'agent',
    limit: 'share',
    deadlineMs: START_DEADLINE_MS,
    params: z.object({ diaryId: uuid, agent: agentName }),
    headers: z.object(preferHeader),
    problems: ['NotFound', 'Forbidden', 'Conflict', 'StartTimedOut'],
    responses: { 202: acceptedResponse, 204: { description: 'It has no access.', headers: RUN_HEADERS } },
    handler: async ({ params: { diaryId, agent }, headers, principal, deadline }) => {
      const grantee = await mustFindGrantee(services, { principal, diaryId, name: agent });
      const change = {
        id: randomUUID(),
        diaryId,
        agentId: grantee.agentId,
        role: null,
        actorId: principal.agentId,
        at: new Date().toISOString(),
      };
      const about = { agents: [principal.agentId], diaries: [diaryId] };
      const run = await startWorkflow(() => startRun(revokeAccess, about, change), {
        prefer: headers.Prefer,
        deadline,
      });
      if (!run.done) return run;
      services.wake();
      unlessRefused(run.value);
      return { status: 204, headers: run.headers };
    },
  });
}
