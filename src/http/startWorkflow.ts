import { z } from 'zod';
import type { StartedRun } from '../runtime/startRun.js';
import { Deadline, startTimedOut } from './deadline.js';

const DEFAULT_WAIT_S = 5;
const MAX_WAIT_S = 30;

export const preferHeader = {
  Prefer: z
    .string()
    .max(200)
    .optional()
    .meta({
      description: `How long to wait for the result before 202: wait=<seconds>, ${DEFAULT_WAIT_S} by default, at most ${MAX_WAIT_S}; respond-async does not wait.`,
      examples: ['wait=10'],
    }),
};

/** The headers that every answer about a started run carries, for a route's `responses`. */
export const RUN_HEADERS = {
  'Workflow-Id': 'The run that does the work; GET /workflows/{id} shows it.',
  'Preference-Applied': 'The wait that was applied, where the request asked for one.',
};

export const Accepted = z
  .object({
    workflowId: z.string(),
    status: z.literal('running'),
    location: z.string().meta({ description: 'Where to see how it goes.' }),
  })
  .meta({
    id: 'Accepted',
    description: 'The work is stored and going on; it will be done even if this server stops now.',
    examples: [{ workflowId: 'write-b6f0', status: 'running', location: '/workflows/write-b6f0' }],
  });

export const acceptedResponse = {
  description: 'Stored and going on: not done within the wait. Follow Location.',
  schema: Accepted,
  headers: { ...RUN_HEADERS, Location: '/workflows/{id}', 'Retry-After': 'When to look, in seconds.' },
} as const;

export type RunOutcome<T> =
  | { done: true; value: T; headers: Record<string, string> }
  | { done: false; status: 202; body: z.input<typeof Accepted>; headers: Record<string, string> };

/** RFC 7240: the first of `wait` and `respond-async` counts, what cannot be read counts as not said. */
export function parsePrefer(prefer: string | undefined): { waitMs: number; applied: string | undefined } {
  for (const preference of (prefer ?? '').split(',')) {
    const name = preference.trim().toLowerCase();
    if (name === 'respond-async') return { waitMs: 0, applied: 'respond-async' };
    const seconds = /^wait\s*=\s*"?(\d{1,6})"?$/.exec(name)?.[1];
    if (seconds !== undefined) {
      const wait = Math.min(Number(seconds), MAX_WAIT_S);
      return { waitMs: wait * 1000, applied: `wait=${wait}` };
    }
  }
  return { waitMs: DEFAULT_WAIT_S * 1000, applied: undefined };
}

export interface StartOptions {
  prefer: string | undefined;
  /** The request's own signal: a start that is not recorded by then throws StartTimedOut. */
  deadline: AbortSignal;
  idempotencyKey?: string | undefined;
}

/**
 * Starts a run and gives its result if that is there within the caller's wait, else what the 202 says. `start` resolves
 * when the run is recorded, and only then is 202 true; a failed run throws its error. A route that uses this needs
 * `deadlineMs: START_DEADLINE_MS`, which leaves room for the longest wait.
 */
export async function startWorkflow<T>(
  start: () => Promise<StartedRun<T>>,
  { prefer, deadline, idempotencyKey }: StartOptions,
): Promise<RunOutcome<T>> {
  const starting = new Deadline(START_MS);
  const run = await starting
    .within(start(), () => startTimedOut(START_MS, idempotencyKey))
    .finally(() => starting.met());
  const { waitMs, applied } = parsePrefer(prefer);
  const headers = { 'Workflow-Id': run.workflowId, ...(applied && { 'Preference-Applied': applied }) };
  const outcome = await resultWithin(run.result, waitMs, deadline);
  if (outcome) return { done: true, value: outcome.value, headers };
  const location = `/workflows/${encodeURIComponent(run.workflowId)}`;
  return {
    done: false,
    status: 202,
    body: { workflowId: run.workflowId, status: 'running', location },
    headers: { ...headers, Location: location, 'Retry-After': '1' },
  };
}

const START_MS = 8_000;
export const START_DEADLINE_MS = START_MS + MAX_WAIT_S * 1000 + 2_000;

async function resultWithin<T>(
  result: Promise<T>,
  waitMs: number,
  gone: AbortSignal,
): Promise<{ value: T } | undefined> {
  result.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitMs);
    gone.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    return await Promise.race([result.then((value) => ({ value })), waited]);
  } finally {
    clearTimeout(timer);
  }
}
