import { z } from 'zod';
import { listLiveExecutors } from '../../db/executors.js';
import { listOperatorActions } from '../../db/operatorActions.js';
import { findRun, type RunDetails } from '../../db/workflows/findRun.js';
import { findStrandedRuns } from '../../db/workflows/findStrandedRuns.js';
import { listRuns } from '../../db/workflows/listRuns.js';
import { AppError } from '../../errors.js';
import { cancelWorkflow } from '../../runtime/cancel.js';
import { listWorkflowNames } from '../../runtime/dbos.js';
import { retryWorkflow } from '../../runtime/retry.js';
import { requestHash } from '../idempotency.js';
import { recorded } from '../operatorAction.js';
import type { Principal } from '../principal.js';
import { defineRoute, type Route } from '../route.js';
import { page, pageQuery, text, timestamp, uuid } from '../schemas/common.js';
import {
  OperatorRun,
  OperatorRunDetails,
  renderRun,
  renderRunDetails,
  RUN_STATUSES,
  StrandedRun,
} from '../schemas/workflow.js';
import type { Services } from '../services.js';
import { workflowId } from './workflows.js';

const params = z.object({ workflowId });
const reason = text({ min: 1, max: 1_000 }).meta({
  description: 'Why; kept in the audit.',
  examples: ['model is back'],
});
const Reason = z.strictObject({ reason }).meta({ id: 'Reason' });
const FAILED = ['ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'] as const;

export function operatorRoutes(services: Services): Route[] {
  return [list(services), stranded(services), show(services), retry(services), cancel(services), audit(services)];
}

function list({ systemDb, cursors }: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/ops/workflows',
    operationId: 'listWorkflows',
    summary: 'Runs, newest first',
    tags: ['operators'],
    access: 'operator',
    query: z.object({
      ...pageQuery,
      status: z
        .string()
        .max(200)
        .regex(new RegExp(`^(failed|${RUN_STATUSES.join('|')})(,(failed|${RUN_STATUSES.join('|')}))*$`), {
          message: `must be failed or some of ${RUN_STATUSES.join(', ')}, separated by commas`,
        })
        .optional()
        .meta({ description: '`failed` stands for ERROR, CANCELLED and dead-lettered.' }),
      name: z.string().max(200).optional(),
      queue: z.string().max(200).optional(),
      agent: uuid.optional(),
      diary: uuid.optional(),
      entry: uuid.optional(),
      error: z.string().max(500).optional().meta({ description: 'Part of the error.' }),
      createdFrom: timestamp.optional(),
      createdBefore: timestamp.optional(),
    }),
    responses: { 200: { description: 'A page of runs.', schema: page(OperatorRun).meta({ id: 'OperatorRunPage' }) } },
    handler: async ({ query }) => {
      const { limit, cursor, status, createdFrom, createdBefore, ...filter } = query;
      const kind = `runs:${requestHash({ ...filter, status, createdFrom, createdBefore })}`;
      const [at, id] = cursor ? cursors.decode(kind, cursor) : [];
      const statuses = status?.split(',').flatMap((one) => (one === 'failed' ? [...FAILED] : [one]));
      const rows = await listRuns(
        systemDb,
        {
          ...filter,
          statuses: statuses as (typeof RUN_STATUSES)[number][] | undefined,
          createdFrom: createdFrom ? new Date(createdFrom) : undefined,
          createdBefore: createdBefore ? new Date(createdBefore) : undefined,
        },
        { after: cursor ? { createdAt: new Date(Number(at)), id: String(id) } : undefined, limit: limit + 1 },
      );
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      const nextCursor = last ? cursors.encode(kind, [last.createdAt.getTime(), last.id]) : null;
      return { status: 200, body: { items: items.map(renderRun), nextCursor } };
    },
  });
}

function stranded({ db, systemDb }: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/ops/workflows/stranded',
    operationId: 'listStrandedWorkflows',
    summary: 'Runs that will not go on by themselves, oldest first, each with its remedy',
    tags: ['operators'],
    access: 'operator',
    query: z.object({ limit: pageQuery.limit }),
    responses: {
      200: {
        description: 'The runs.',
        schema: z.object({ items: z.array(StrandedRun) }).meta({ id: 'StrandedRuns' }),
      },
    },
    handler: async ({ query }) => {
      const executors = await listLiveExecutors(db);
      const runs = await findStrandedRuns(systemDb, { executors, names: listWorkflowNames(), limit: query.limit });
      const items = runs.map((run) => ({ ...renderRun(run), reason: run.reason, remedy: run.remedy }));
      return { status: 200, body: { items } };
    },
  });
}

function show(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/ops/workflows/{workflowId}',
    operationId: 'showWorkflow',
    summary: 'One run with its steps',
    description: 'Payloads hold what agents wrote: they are shown only with a reason, which is recorded.',
    tags: ['operators'],
    access: 'operator',
    params,
    query: z.object({ revealBecause: reason.optional() }),
    problems: ['NotFound'],
    responses: { 200: { description: 'The run.', schema: OperatorRunDetails } },
    handler: async ({ params: { workflowId: id }, query, principal }) => {
      const run = await mustFindRun(services, id);
      if (query.revealBecause === undefined) return { status: 200, body: renderRunDetails(run) };
      const revealed = await recordedRun(
        services,
        { principal, action: 'reveal', run, reason: query.revealBecause },
        () => findRun(services.systemDb, id, { payloads: true }),
      );
      return { status: 200, body: renderRunDetails(revealed ?? run) };
    },
  });
}

function retry(services: Services): Route {
  const Retried = z
    .object({
      id: z.string(),
      action: z.enum(['rewind', 'resume']).meta({ description: 'Run again from its failed step, or continued.' }),
      queue: z.string(),
      again: z
        .array(z.object({ number: z.number().int(), name: z.string() }))
        .meta({ description: 'Steps that run again.' }),
      children: z.array(z.string()).meta({ description: 'Failed runs that it waited for, tried again before it.' }),
    })
    .meta({ id: 'Retried' });
  return defineRoute({
    method: 'post',
    path: '/ops/workflows/{workflowId}/retry',
    operationId: 'retryWorkflow',
    summary: 'Finishes what is missing of a failed run, under its own id',
    tags: ['operators'],
    access: 'operator',
    params,
    body: Reason,
    problems: ['NotFound', 'Conflict'],
    responses: { 202: { description: 'Set going again; the run shows how it ends.', schema: Retried } },
    handler: async ({ params: { workflowId: id }, body, principal }) => {
      const run = await mustFindRun(services, id);
      const retried = await recordedRun(services, { principal, action: 'retry', run, reason: body.reason }, () =>
        retryWorkflow(services.systemDb, id),
      );
      const { action, queue, again, children } = retried;
      return { status: 202, body: { id, action, queue, again, children: children.map((child) => child.id) } };
    },
  });
}

function cancel(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/ops/workflows/{workflowId}/cancel',
    operationId: 'cancelWorkflow',
    summary: 'Stops a run, and the runs that it started, before their next step',
    tags: ['operators'],
    access: 'operator',
    params,
    body: Reason,
    problems: ['NotFound', 'Conflict'],
    responses: { 204: { description: 'Cancelled; a retry continues it.' } },
    handler: async ({ params: { workflowId: id }, body, principal }) => {
      const run = await mustFindRun(services, id);
      await recordedRun(services, { principal, action: 'cancel', run, reason: body.reason }, () => cancelWorkflow(run));
      return { status: 204 };
    },
  });
}

function audit({ db, cursors }: Services): Route {
  const Action = z
    .object({
      id: uuid,
      actorId: uuid,
      action: z.string(),
      target: z.string(),
      reason: z.string(),
      before: z.record(z.string(), z.unknown()),
      after: z.record(z.string(), z.unknown()),
      at: timestamp,
    })
    .meta({ id: 'OperatorAction' });
  return defineRoute({
    method: 'get',
    path: '/ops/audit',
    operationId: 'listOperatorActions',
    summary: 'What operators did, to what and why, newest first',
    tags: ['operators'],
    access: 'operator',
    query: z.object({ ...pageQuery, target: z.string().max(200).optional() }),
    responses: { 200: { description: 'A page of actions.', schema: page(Action).meta({ id: 'OperatorActionPage' }) } },
    handler: async ({ query: { limit, cursor, target } }) => {
      const kind = `audit:${target ?? ''}`;
      const [at, id] = cursor ? cursors.decode(kind, cursor) : [];
      const after = cursor ? { at: new Date(String(at)), id: String(id) } : undefined;
      const rows = await listOperatorActions(db, { target, after, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      const nextCursor = last ? cursors.encode(kind, [last.at.toISOString(), last.id]) : null;
      return {
        status: 200,
        body: { items: items.map((item) => ({ ...item, at: item.at.toISOString() })), nextCursor },
      };
    },
  });
}

async function mustFindRun({ systemDb }: Services, id: string): Promise<RunDetails> {
  const run = await findRun(systemDb, id);
  if (!run) throw new AppError('NotFound', `There is no run ${id}.`);
  return run;
}

/** What is done to a run is recorded with what the run was before. */
function recordedRun<T>(
  { db }: Services,
  { run, ...action }: { principal: Principal; action: string; run: RunDetails; reason: string },
  act: () => Promise<T>,
): Promise<T> {
  const before = { status: run.status, queue: run.queue, error: run.error?.message ?? null };
  return recorded(db, { ...action, target: run.id, before }, act);
}
