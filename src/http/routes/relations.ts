import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { findReadableRelation, listRelations } from '../../db/relations/relations.js';
import { AppError } from '../../errors.js';
import { startRun } from '../../runtime/startRun.js';
import { changeRelation } from '../../workflows/changeRelation.js';
import { deleteRelation } from '../../workflows/deleteRelation.js';
import { relateEntries } from '../../workflows/relateEntries.js';
import { derivedId, idempotencyKeyHeader, requestHash } from '../idempotency.js';
import type { Principal } from '../principal.js';
import { defineRoute, type Route } from '../route.js';
import { uuid } from '../schemas/common.js';
import { NewRelation, Relation, RelationChanges, renderRelation } from '../schemas/relation.js';
import type { Services } from '../services.js';
import { acceptedResponse, preferHeader, RUN_HEADERS, START_DEADLINE_MS, startWorkflow } from '../startWorkflow.js';
import { mustFindEntry } from './entries.js';
import { unlessRefused } from './refusal.js';

const ofEntry = z.object({ entryId: uuid });
const params = z.object({ relationId: uuid });

export function relationRoutes(services: Services): Route[] {
  return [create(services), list(services), change(services), remove(services)];
}

async function mustFindRelation({ db }: Services, { agentId }: Principal, id: string) {
  const relation = await findReadableRelation(db, agentId, id);
  if (!relation) throw new AppError('NotFound', `There is no relation ${id} that you may read.`);
  return renderRelation(relation);
}

function create(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/entries/{entryId}/relations',
    operationId: 'createRelation',
    summary: 'Says what an entry does to another',
    description:
      'By who may write to the diary of the entry. To supersede an entry is for those who may edit it, and within one diary; nothing supersedes itself, also not by others.',
    tags: ['relations'],
    access: 'agent',
    deadlineMs: START_DEADLINE_MS,
    params: ofEntry,
    headers: z.object({ ...idempotencyKeyHeader, ...preferHeader }),
    body: NewRelation,
    problems: ['NotFound', 'Forbidden', 'Conflict', 'Gone', 'IdempotencyKeyReused', 'StartTimedOut'],
    responses: {
      200: { description: 'It was made before, by the same request.', schema: Relation, headers: RUN_HEADERS },
      201: { description: 'Made.', schema: Relation, headers: RUN_HEADERS },
      202: acceptedResponse,
    },
    handler: async ({ params: { entryId }, body, headers, principal, deadline }) => {
      const key = headers['Idempotency-Key'];
      const { agentId } = principal;
      const { targetId, ...fields } = body;
      if (targetId === entryId)
        throw new AppError('InvalidInput', 'An entry says nothing about itself.', { field: 'targetId' });
      const id = key ? derivedId(agentId, `createRelation:${entryId}`, key) : randomUUID();
      const ends = { fromId: entryId, toId: targetId };
      const createdAt = new Date().toISOString();
      const relation = { id, agentId, ...ends, ...fields, requestHash: requestHash(body), createdAt };
      const about = { agents: [agentId], entries: [entryId, targetId] };
      const run = await startWorkflow(() => startRun(relateEntries, about, relation), {
        prefer: headers.Prefer,
        deadline,
        idempotencyKey: key,
      });
      if (!run.done) return run;
      services.wake();
      const { outcome } = unlessRefused(run.value);
      const reply = { body: await mustFindRelation(services, principal, id), headers: run.headers };
      return outcome === 'applied' ? { status: 201, ...reply } : { status: 200, ...reply };
    },
  });
}

function list(services: Services): Route {
  const Relations = z.object({ items: z.array(Relation) }).meta({ id: 'Relations' });
  return defineRoute({
    method: 'get',
    path: '/entries/{entryId}/relations',
    operationId: 'listRelations',
    summary: 'What an entry says about others, and they about it',
    tags: ['relations'],
    access: 'agent',
    params: ofEntry,
    problems: ['NotFound'],
    responses: { 200: { description: 'At most 1,000, oldest first.', schema: Relations } },
    handler: async ({ params: { entryId }, principal }) => {
      await mustFindEntry(services, principal, entryId);
      const rows = await listRelations(services.db, principal.agentId, entryId);
      return { status: 200, body: { items: rows.map(renderRelation) } };
    },
  });
}

function change(services: Services): Route {
  return defineRoute({
    method: 'patch',
    path: '/relations/{relationId}',
    operationId: 'updateRelation',
    summary: 'Accepts or rejects a relation, or changes its evidence',
    tags: ['relations'],
    access: 'agent',
    deadlineMs: START_DEADLINE_MS,
    params,
    headers: z.object({ ...preferHeader }),
    body: RelationChanges,
    problems: ['NotFound', 'Forbidden', 'Conflict', 'Gone', 'StartTimedOut'],
    responses: { 200: { description: 'Changed.', schema: Relation, headers: RUN_HEADERS }, 202: acceptedResponse },
    handler: async ({ params: { relationId }, body, headers, principal, deadline }) => {
      const { sourceId, targetId } = await mustFindRelation(services, principal, relationId);
      const about = { agents: [principal.agentId], entries: [sourceId, targetId] };
      const edit = { relationId, agentId: principal.agentId, changes: body };
      const run = await startWorkflow(() => startRun(changeRelation, about, edit), {
        prefer: headers.Prefer,
        deadline,
      });
      if (!run.done) return run;
      services.wake();
      unlessRefused(run.value);
      return { status: 200, body: await mustFindRelation(services, principal, relationId), headers: run.headers };
    },
  });
}

function remove(services: Services): Route {
  return defineRoute({
    method: 'delete',
    path: '/relations/{relationId}',
    operationId: 'deleteRelation',
    summary: 'Takes a relation back; what it superseded is current again',
    tags: ['relations'],
    access: 'agent',
    deadlineMs: START_DEADLINE_MS,
    params,
    headers: z.object({ ...preferHeader }),
    problems: ['NotFound', 'Forbidden', 'StartTimedOut'],
    responses: { 202: acceptedResponse, 204: { description: 'Deleted.', headers: RUN_HEADERS } },
    handler: async ({ params: { relationId }, headers, principal, deadline }) => {
      const { sourceId, targetId } = await mustFindRelation(services, principal, relationId);
      const about = { agents: [principal.agentId], entries: [sourceId, targetId] };
      const removal = { relationId, agentId: principal.agentId };
      const run = await startWorkflow(() => startRun(deleteRelation, about, removal), {
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
