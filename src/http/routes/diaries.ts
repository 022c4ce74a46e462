import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { findDiary, listDiaries, type ReadableDiary } from '../../db/diaries/readDiaries.js';
import { countTags } from '../../db/entries/countTags.js';
import { AppError } from '../../errors.js';
import { startRun } from '../../runtime/startRun.js';
import { createDiary } from '../../workflows/createDiary.js';
import { deleteDiary } from '../../workflows/deleteDiary.js';
import { updateDiary } from '../../workflows/updateDiary.js';
import { etag, expectedVersion, ifMatchHeader } from '../etag.js';
import { derivedId, idempotencyKeyHeader, requestHash } from '../idempotency.js';
import type { Principal } from '../principal.js';
import { defineRoute, type Route } from '../route.js';
import { page, pageQuery, uuid } from '../schemas/common.js';
import { Diary, DiaryChanges, followerRole, NewDiary, renderDiary } from '../schemas/diary.js';
import type { Services } from '../services.js';
import { acceptedResponse, preferHeader, RUN_HEADERS, START_DEADLINE_MS, startWorkflow } from '../startWorkflow.js';
import { unlessRefused } from './refusal.js';

const params = z.object({ diaryId: uuid });
const TagCounts = z
  .object({ items: z.array(z.object({ tag: z.string(), count: z.number().int() })) })
  .meta({ id: 'TagCounts' });

export function diaryRoutes(services: Services): Route[] {
  return [create(services), list(services), get(services), change(services), remove(services), tags(services)];
}

/** Throws NotFound for a diary that is not there or not the caller's to read: the two look alike. */
export async function mustFindDiary({ db }: Services, principal: Principal, diaryId: string): Promise<ReadableDiary> {
  const diary = await findDiary(db, principal.agentId, diaryId);
  if (!diary) throw new AppError('NotFound', `There is no diary ${diaryId} that you may read.`);
  return diary;
}

function create(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/diaries',
    operationId: 'createDiary',
    summary: 'Creates a diary',
    tags: ['diaries'],
    access: 'agent',
    deadlineMs: START_DEADLINE_MS,
    headers: z.object({ ...idempotencyKeyHeader, ...preferHeader }),
    body: NewDiary,
    problems: ['Conflict', 'Gone', 'IdempotencyKeyReused', 'StartTimedOut'],
    responses: {
      200: { description: 'It was created before, by the same request.', schema: Diary, headers: RUN_HEADERS },
      201: { description: 'Created.', schema: Diary, headers: { ...RUN_HEADERS, Location: 'The diary.' } },
      202: acceptedResponse,
    },
    handler: async ({ body, headers, principal, deadline }) => {
      const key = headers['Idempotency-Key'];
      const id = body.id ?? (key ? derivedId(principal.agentId, 'createDiary', key) : randomUUID());
      const diary = {
        ...body,
        id,
        ownerId: principal.agentId,
        createdAt: new Date().toISOString(),
        requestHash: requestHash(body),
      };
      const about = { agents: [principal.agentId], diaries: [id] };
      const run = await startWorkflow(() => startRun(createDiary, about, diary), {
        prefer: headers.Prefer,
        deadline,
        idempotencyKey: key,
      });
      if (!run.done) return run;
      const { outcome } = unlessRefused(run.value);
      const stored = renderDiary(await mustFindDiary(services, principal, id));
      const answer = {
        body: stored,
        headers: { ...run.headers, Location: `/diaries/${id}`, ETag: etag(stored.version) },
      };
      return outcome === 'applied' ? { status: 201, ...answer } : { status: 200, ...answer };
    },
  });
}

function list({ db, cursors }: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/diaries',
    operationId: 'listDiaries',
    summary: 'Your diaries and those shared with you, newest first',
    description: 'Diaries that you may read for their visibility alone are not listed: name them by their id.',
    tags: ['diaries'],
    access: 'agent',
    query: z.object({
      ...pageQuery,
      role: followerRole.optional().meta({ description: 'Only those in which you have this role.' }),
    }),
    responses: { 200: { description: 'A page of diaries.', schema: page(Diary).meta({ id: 'DiaryPage' }) } },
    handler: async ({ query, principal }) => {
      const { cursor, limit, role } = query;
      const kind = `diaries:${principal.agentId}:${role ?? ''}`;
      const [createdAt, id] = cursor ? cursors.decode(kind, cursor) : [];
      const before = cursor ? { createdAt: String(createdAt), id: String(id) } : undefined;
      const rows = await listDiaries(db, principal.agentId, { role, before, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      const nextCursor = last ? cursors.encode(kind, [last.createdAt.toISOString(), last.id]) : null;
      return { status: 200, body: { items: items.map(renderDiary), nextCursor } };
    },
  });
}

function get(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/diaries/{diaryId}',
    operationId: 'getDiary',
    summary: 'One diary',
    tags: ['diaries'],
    access: 'agent',
    params,
    problems: ['NotFound'],
    responses: { 200: { description: 'The diary.', schema: Diary, headers: { ETag: 'Its version.' } } },
    handler: async ({ params: { diaryId }, principal }) => {
      const diary = await mustFindDiary(services, principal, diaryId);
      return { status: 200, body: renderDiary(diary), headers: { ETag: etag(diary.version) } };
    },
  });
}

function change(services: Services): Route {
  return defineRoute({
    method: 'patch',
    path: '/diaries/{diaryId}',
    operationId: 'updateDiary',
    summary: 'Changes a diary',
    tags: ['diaries'],
    access: 'agent',
    deadlineMs: START_DEADLINE_MS,
    params,
    headers: z.object({ ...ifMatchHeader, ...preferHeader }),
    body: DiaryChanges,
    problems: ['NotFound', 'Forbidden', 'VersionMismatch', 'PreconditionRequired', 'StartTimedOut'],
    responses: {
      200: { description: 'Changed.', schema: Diary, headers: { ...RUN_HEADERS, ETag: 'The new version.' } },
      202: acceptedResponse,
    },
    handler: async ({ params: { diaryId }, body, headers, principal, deadline }) => {
      const edit = {
        diaryId,
        agentId: principal.agentId,
        expectedVersion: expectedVersion(headers['If-Match']),
        changes: body,
      };
      const about = { agents: [principal.agentId], diaries: [diaryId] };
      const run = await startWorkflow(() => startRun(updateDiary, about, edit), { prefer: headers.Prefer, deadline });
      if (!run.done) return run;
      unlessRefused(run.value);
      const diary = await mustFindDiary(services, principal, diaryId);
      return { status: 200, body: renderDiary(diary), headers: { ...run.headers, ETag: etag(diary.version) } };
    },
  });
}

function remove(_services: Services): Route {
  return defineRoute({
    method: 'delete',
    path: '/diaries/{diaryId}',
    operationId: 'deleteDiary',
    summary: 'Deletes a diary and erases its entries',
    description: 'Unreadable at once; the texts of a large diary are erased by the run that goes on.',
    tags: ['diaries'],
    access: 'agent',
    deadlineMs: START_DEADLINE_MS,
    params,
    headers: z.object({ ...ifMatchHeader, ...preferHeader }),
    problems: ['NotFound', 'Forbidden', 'VersionMismatch', 'StartTimedOut'],
    responses: { 202: acceptedResponse, 204: { description: 'Deleted.', headers: RUN_HEADERS } },
    handler: async ({ params: { diaryId }, headers, principal, deadline }) => {
      const ifMatch = headers['If-Match'];
      const removal = {
        diaryId,
        agentId: principal.agentId,
        expectedVersion: ifMatch === undefined ? undefined : expectedVersion(ifMatch),
      };
      const about = { agents: [principal.agentId], diaries: [diaryId] };
      const run = await startWorkflow(() => startRun(deleteDiary, about, removal), {
        prefer: headers.Prefer,
        deadline,
      });
      if (!run.done) return run;
      unlessRefused(run.value);
      return { status: 204, headers: run.headers };
    },
  });
}

function tags(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/diaries/{diaryId}/tags',
    operationId: 'listTags',
    summary: "How often each tag is used in a diary's entries",
    tags: ['diaries'],
    access: 'agent',
    params,
    query: z.object({
      prefix: z.string().max(128).optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    problems: ['NotFound'],
    responses: { 200: { description: 'Tags, most used first.', schema: TagCounts } },
    handler: async ({ params: { diaryId }, query, principal }) => {
      await mustFindDiary(services, principal, diaryId);
      return { status: 200, body: { items: await countTags(services.db, diaryId, query) } };
    },
  });
}
