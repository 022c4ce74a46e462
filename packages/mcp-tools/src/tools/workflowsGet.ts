import { z } from 'zod';
import type { Workflow } from '../api.js';
import { defineTool } from '../tool.js';

export const workflowsGet = defineTool({
  name: 'workflows_get',
  title: 'Look at a run',
  description: 'How a run of yours goes: its status, steps and failure.',
  effect: 'reads',
  input: z.strictObject({ workflow_id: z.string().min(1).max(200) }),
  output: z.object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    error: z.string().nullable(),
    entry_ids: z.array(z.string()),
    steps: z.array(z.object({ name: z.string(), outcome: z.string().nullable(), error: z.string().nullable() })),
  }),
  async run(api, { workflow_id }, options) {
    const run = await api.workflows.get(workflow_id, options);
    const { id, name, status, entries: entry_ids } = run;
    const steps = run.steps.map((step) => ({ name: step.name, outcome: step.outcome, error: failure(step.error) }));
    const error = failure(run.error);
    return { text: runText(run, error), data: { id, name, status, error, entry_ids, steps } };
  },
});

/** What the statuses ask of an agent; those that are not here ask nothing. */
const NEXT: Record<string, string> = {
  PENDING: ' It is going on: look again in a few seconds.',
  ENQUEUED: ' It waits for its turn: look again in a few seconds.',
  DELAYED: ' It waits for its time.',
  ERROR: ' An operator can retry it.',
  MAX_RECOVERY_ATTEMPTS_EXCEEDED: ' It does not go on by itself: an operator has to retry it.',
};

function runText({ name, status, entries, steps }: Workflow, error: string | null): string {
  const lines = steps.map((step) => `  ${step.name}: ${failure(step.error) ?? step.outcome ?? 'done'}`);
  const about = entries.length > 0 ? ` Entries: ${entries.join(', ')}.` : '';
  return [`${name} is ${status}.${error ? ` ${error}.` : ''}${NEXT[status] ?? ''}${about}`, ...lines].join('\n');
}

function failure(error: { name: string; message: string } | null): string | null {
  return error && `${error.name}: ${error.message}`;
}
