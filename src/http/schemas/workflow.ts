import { z } from 'zod';
import type { RunDetails, RunStep } from '../../db/workflows/findRun.js';
import type { ListedRun } from '../../db/workflows/listRuns.js';
import type { Run } from '../../db/workflows/runs.js';
import { timestamp, uuid } from './common.js';

export const RUN_STATUSES = [
  'PENDING',
  'ENQUEUED',
  'DELAYED',
  'SUCCESS',
  'ERROR',
  'CANCELLED',
  'MAX_RECOVERY_ATTEMPTS_EXCEEDED',
] as const;

const runStatus = z.enum(RUN_STATUSES).meta({
  description: 'PENDING is running; MAX_RECOVERY_ATTEMPTS_EXCEEDED is dead-lettered; the rest is as it says.',
});
const runError = z.object({ name: z.string(), message: z.string() }).nullable();

const Step = z
  .object({
    number: z.number().int(),
    name: z.string(),
    outcome: z
      .enum(['applied', 'already', 'refused'])
      .nullable()
      .meta({ description: 'What a database step answered.' }),
    error: runError,
    childId: z.string().nullable(),
    startedAt: timestamp.nullable(),
    completedAt: timestamp.nullable(),
    output: z.unknown().optional(),
  })
  .meta({ id: 'WorkflowStep' });

const summary = {
  id: z.string(),
  name: z.string(),
  status: runStatus,
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  completedAt: timestamp.nullable(),
  error: runError,
};

/** A run as the agents whom it is about see it. */
export const Workflow = z
  .object({
    ...summary,
    entries: z.array(uuid).meta({ description: "The caller's own entries that the run is about." }),
    steps: z.array(Step),
  })
  .meta({ id: 'Workflow', description: 'One durable run and its steps.' });

const operatorFields = {
  ...summary,
  queue: z.string().nullable(),
  priority: z.number().int(),
  executorId: z.string().nullable(),
  version: z.string().nullable(),
  attempts: z.number().int().meta({ description: 'How often an executor has begun it.' }),
  attributes: z.record(z.string(), z.unknown()).meta({ description: 'The agents, diaries and entries it is about.' }),
  schedule: z.string().nullable(),
  parentId: z.string().nullable(),
  forkedFrom: z.string().nullable(),
};

export const OperatorRun = z
  .object(operatorFields)
  .meta({ id: 'OperatorRun', description: 'A run, as operators list it.' });

export const OperatorRunDetails = z
  .object({
    ...operatorFields,
    hasInput: z.boolean().meta({ description: 'False once the input is scrubbed: it cannot be run again then.' }),
    steps: z.array(Step),
    children: z.array(OperatorRun),
    forks: z.array(OperatorRun),
    input: z.unknown().optional(),
    output: z.unknown().optional(),
  })
  .meta({ id: 'OperatorRunDetails', description: 'A run with its steps; payloads only where they were revealed.' });

export const StrandedRun = z
  .object({ ...operatorFields, reason: z.string(), remedy: z.string() })
  .meta({ id: 'StrandedRun', description: 'A run that will not go on by itself, with what ends that.' });

type Summary = Run & { error?: ListedRun['error'] };

function renderTimes({ createdAt, startedAt, completedAt }: Pick<Run, 'createdAt' | 'startedAt' | 'completedAt'>) {
  return {
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    completedAt: completedAt?.toISOString() ?? null,
  };
}

function renderStep({ outcome, error, startedAt, completedAt, ...step }: RunStep): z.input<typeof Step> {
  return {
    ...step,
    outcome: outcome ?? null,
    error: error ?? null,
    startedAt: startedAt?.toISOString() ?? null,
    completedAt: completedAt?.toISOString() ?? null,
  };
}

export function renderRun({ error, ...run }: Summary): z.input<typeof OperatorRun> {
  return { ...run, ...renderTimes(run), error: error ?? null };
}

export function renderRunDetails({ steps, children, forks, ...run }: RunDetails): z.input<typeof OperatorRunDetails> {
  return {
    ...renderRun(run),
    hasInput: run.hasInput,
    steps: steps.map(renderStep),
    children: children.map(renderRun),
    forks: forks.map(renderRun),
    ...('input' in run && { input: run.input }),
    ...('output' in run && { output: run.output }),
  };
}

/** Nothing that could speak of other agents: a write run may carry entries of several. */
export function renderOwnRun(run: RunDetails, entries: string[]): z.input<typeof Workflow> {
  const { id, name, status, error, steps } = run;
  return { id, name, status, ...renderTimes(run), error: error ?? null, entries, steps: steps.map(renderStep) };
}
