import { z } from 'zod';
import { listOwnIds } from '../../db/entries/listOwnIds.js';
import { findRun } from '../../db/workflows/findRun.js';
import { AppError } from '../../errors.js';
import { defineRoute, type Route } from '../route.js';
import { renderOwnRun, Workflow } from '../schemas/workflow.js';
import type { Services } from '../services.js';

export const workflowId = z.string().min(1).max(200);

/** The caller's own runs. */
export function workflowRoutes({ db, systemDb }: Services): Route[] {
  const get = defineRoute({
    method: 'get',
    path: '/workflows/{workflowId}',
    operationId: 'getWorkflow',
    summary: 'One of your runs, with its steps',
    description:
      "The `Workflow-Id` of an answer names it. Of a run that carried several agents' entries you see your own.",
    tags: ['workflows'],
    access: 'agent',
    params: z.object({ workflowId }),
    problems: ['NotFound'],
    responses: { 200: { description: 'The run.', schema: Workflow } },
    handler: async ({ params, principal }) => {
      const run = await findRun(systemDb, params.workflowId);
      if (!run || !idsOf(run.attributes, 'agents').includes(principal.agentId)) {
        throw new AppError(
          'NotFound',
          `There is no run ${params.workflowId} of yours. Runs that ended well are kept for a week.`,
        );
      }
      const entries = await listOwnIds(db, principal.agentId, idsOf(run.attributes, 'entries'));
      return { status: 200, body: renderOwnRun(run, entries) };
    },
  });
  return [get];
}

function idsOf(attributes: Record<string, unknown>, kind: string): string[] {
  const ids = attributes[kind];
  return Array.isArray(ids) ? (ids as string[]) : [];
}
