import { DBOS } from '@dbos-inc/dbos-sdk';
import { randomUUID } from 'node:crypto';

/** Whom and what a run is about: it is found, shown and scrubbed by these. */
export interface RunSubject {
  agents: string[];
  diaries?: string[];
  entries?: string[];
}

/** A run that is recorded: from here on it happens, whatever happens to this process. */
export interface StartedRun<T> {
  workflowId: string;
  result: Promise<T>;
}

/** Starts a durable run in this process and resolves when it is recorded. The id names the attempt, not the effect. */
export async function startRun<Input extends unknown[], Output>(
  workflow: (...input: Input) => Promise<Output>,
  about: RunSubject,
  ...input: Input
): Promise<StartedRun<Output>> {
  return startRunAs(randomUUID(), workflow, about, ...input);
}

/** As `startRun`, under an id that the caller has given out already. */
export async function startRunAs<Input extends unknown[], Output>(
  workflowId: string,
  workflow: (...input: Input) => Promise<Output>,
  about: RunSubject,
  ...input: Input
): Promise<StartedRun<Output>> {
  const run = DBOS.startWorkflow(workflow, { workflowID: workflowId, workflowAttributes: { ...about } });
  const handle = await run(...input);
  return { workflowId: handle.workflowID, result: handle.getResult() };
}
