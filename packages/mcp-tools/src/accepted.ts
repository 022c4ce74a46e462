import { z } from 'zod';
import type { Accepted } from './api.js';

/** A write answers with its result, or, where that is not there after five seconds, with the run to look at. */
export const written = { status: z.enum(['done', 'running']), workflow_id: z.string().optional() };

/** For work that is stored and not done yet: nothing to repeat, only to look at. */
export function renderAccepted({ workflowId }: Accepted) {
  return {
    text: `Accepted and going on; it will be done whatever happens. workflows_get ${workflowId} shows how it ends. Do not call again.`,
    data: { status: 'running' as const, workflow_id: workflowId },
  };
}
