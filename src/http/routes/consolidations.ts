import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  findConsolidationRun,
  listConsolidationRuns,
  listGroups,
  type ConsolidationRunRow,
} from '../../db/consolidation/runs.js';
import { loadSources } from '../../db/consolidation/selectSources.js';
import { findDiary } from '../../db/diaries/readDiaries.js';
import { AppError } from '../../errors.js';
import { may } from '../../rules/permissions.js';
import { startRun } from '../../runtime/startRun.js';
import { consolidateDiary } from '../../workflows/consolidateDiary.js';
import { revertConsolidation } from '../../workflows/revertConsolidation.js';
import { derivedId, idempotencyKeyHeader } from '../idempotency.js';
import type { Principal } from '../principal.js';
import { defineRoute, type Route } from '../route.js';
import { page, pageQuery, uuid } from '../schemas/common.js';
import {
  Consolidation,
  ConsolidationDetail,
  NewConsolidation,
  renderConsolidation,
  renderConsolidationDetail,
} from '../schemas/consolidation.js';
import type { Services } from '../services.js';
import { acceptedResponse, preferHeader, RUN_HEADERS, START_DEADLINE_MS, startWorkflow } from '../startWorkflow.js';
import { mustFindDiary } from './diaries.js';
import { unlessRefused } from './refusal.js';

const tags = ['consolidation'];
const params = z.object({ consolidationId: uuid });

export function consolidationRoutes(services: Services): Route[] {
  return [create(services), list(services), get(services), revert(services)];
}

function create(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/diaries/{diaryId}/consolidations',
    operationId: 'consolidateDiary',
    summary: 'Lets semantic entries take the place of episodic ones that belong together',
    description:
      'For its owner and its managers. No entry is changed or deleted: what is superseded stays readable, and the run can be reverted. The text consists of sentences of the sources. dryRun only shows what it would do.',
    tags,
    access: 'agent',
    limit: 'batch',
    deadlineMs: START_DEADLINE_MS,
    params: z.object({ diaryId: uuid }),
    headers: z.object({ ...idempotencyKeyHeader, ...preferHeader }),
    body: NewConsolidation,
    problems: ['NotFound', 'Forbidden', 'Conflict', 'StartTimedOut'],
    responses: {
      201: {
        description: 'Done.',
        schema: ConsolidationDetail,
        headers: { ...RUN_HEADERS, Location: 'The consolidation.' },
      },
      202: acceptedResponse,
    },
    handler: async ({ params: { diaryId }, body: { dryRun, ...limits }, headers, principal, deadline }) => {
      const key = headers['Idempotency-Key'];
      await mustConsolidate(services, principal, diaryId);
      const runId = key ? derivedId(principal.agentId, `consolidateDiary:${diaryId}`, key) : randomUUID();
      const request = { runId, diaryId, requestedBy: principal.agentId, dryRun, limits, at: new Date().toISOString() };
      const about = { agents: [principal.agentId], diaries: [diaryId] };
      const run = await startWorkflow(() => startRun(consolidateDiary, about, request), {
        prefer: headers.Prefer,
        deadline,
        idempotencyKey: key,
      });
      if (!run.done) return run;
      services.wake();
      unlessRefused(run.value);
      const body = await renderDetail(services, await mustFindRun(services, principal, runId));
      return { status: 201, body, headers: { ...run.headers, Location: `/consolidations/${runId}` } };
    },
  });
}

function list(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/diaries/{diaryId}/consolidations',
    operationId: 'listConsolidations',
    summary: "A diary's consolidations, the newest first",
    tags,
    access: 'agent',
    params: z.object({ diaryId: uuid }),
    query: z.object(pageQuery),
    problems: ['NotFound'],
    responses: {
      200: { description: 'A page.', schema: page(Consolidation).meta({ id: 'ConsolidationPage' }) },
    },
    handler: async ({ params: { diaryId }, query: { cursor, limit }, principal }) => {
      await mustFindDiary(services, principal, diaryId);
      const kind = `consolidations:${principal.agentId}:${diaryId}`;
      const [startedAt, id] = cursor ? services.cursors.decode(kind, cursor) : [];
      const before = cursor ? { startedAt: String(startedAt), id: String(id) } : undefined;
      const rows = await listConsolidationRuns(services.db, diaryId, { before, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      const nextCursor = last ? services.cursors.encode(kind, [last.startedAt.toISOString(), last.id]) : null;
      return { status: 200, body: { items: items.map(renderConsolidation), nextCursor } };
    },
  });
}

function get(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/consolidations/{consolidationId}',
    operationId: 'getConsolidation',
    summary: 'A consolidation with its groups, and what each sentence is taken from',
    tags,
    access: 'agent',
    params,
    problems: ['NotFound'],
    responses: { 200: { description: 'The consolidation.', schema: ConsolidationDetail } },
    handler: async ({ params: { consolidationId }, principal }) => {
      const run = await mustFindRun(services, principal, consolidationId);
      return { status: 200, body: await renderDetail(services, run) };
    },
  });
}

function revert(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/consolidations/{consolidationId}/revert',
    operationId: 'revertConsolidation',
    summary: 'Makes the sources active again, and deletes what took their place',
    description: 'For the owner and the managers of the diary, until revertibleUntil. Done twice, it does once.',
    tags,
    access: 'agent',
    limit: 'batch',
    deadlineMs: START_DEADLINE_MS,
    params,
    headers: z.object(preferHeader),
    problems: ['NotFound', 'Forbidden', 'Conflict', 'Gone', 'StartTimedOut'],
    responses: {
      200: { description: 'Reverted.', schema: ConsolidationDetail, headers: RUN_HEADERS },
      202: acceptedResponse,
    },
    handler: async ({ params: { consolidationId }, headers, principal, deadline }) => {
      const { diaryId } = await mustFindRun(services, principal, consolidationId);
      await mustConsolidate(services, principal, diaryId);
      const about = { agents: [principal.agentId], diaries: [diaryId] };
      const reversion = { runId: consolidationId, actorId: principal.agentId };
      const run = await startWorkflow(() => startRun(revertConsolidation, about, reversion), {
        prefer: headers.Prefer,
        deadline,
      });
      if (!run.done) return run;
      services.wake();
      unlessRefused(run.value);
      const body = await renderDetail(services, await mustFindRun(services, principal, consolidationId));
      return { status: 200, body, headers: run.headers };
    },
  });
}

/** Throws NotFound for whom the diary is not there, and Forbidden for who may only read it. */
async function mustConsolidate(services: Services, principal: Principal, diaryId: string): Promise<void> {
  const { role } = await mustFindDiary(services, principal, diaryId);
  if (may(role, 'consolidate')) return;
  throw new AppError('Forbidden', `The diary ${diaryId} is not yours to consolidate: ask its owner or a manager.`);
}

/** The run, for whoever may read its diary; its text comes from entries that they may read. */
async function mustFindRun({ db }: Services, principal: Principal, id: string): Promise<ConsolidationRunRow> {
  const run = await findConsolidationRun(db, id);
  if (!run || !(await findDiary(db, principal.agentId, run.diaryId))) {
    throw new AppError('NotFound', `There is no consolidation ${id} that you may read.`);
  }
  return run;
}

async function renderDetail({ db }: Services, run: ConsolidationRunRow) {
  const groups = await listGroups(db, run.id);
  const ids = groups.flatMap((group) => group.sources);
  return renderConsolidationDetail(run, {
    groups,
    sources: await loadSources(db, ids, { modelId: run.parameters.model }),
  });
}
