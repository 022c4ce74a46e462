import { MoltnetError } from './error.js';
import { toRequest } from './request.js';
import { pause, type Transport } from './transport.js';
import type { Schemas } from './types.js';

export interface WaitOptions {
  signal?: AbortSignal;
  /** WaitedTooLong after this; 10 minutes by default. The run goes on. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 600_000;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 2_000;
const FAILED: readonly Schemas['Workflow']['status'][] = ['ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'];

/** Asks for a run until it has ended. Throws the failure of one that failed. */
export async function waitForRun(
  transport: Transport,
  run: Schemas['Accepted'] | string,
  { signal, timeoutMs = TIMEOUT_MS }: WaitOptions = {},
): Promise<Schemas['Workflow']> {
  const workflowId = typeof run === 'string' ? run : run.workflowId;
  const request = toRequest('getWorkflow', { path: { workflowId } }, signal ? { signal } : {});
  const until = Date.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
    const workflow = (await transport.send(request)).body as Schemas['Workflow'];
    if (workflow.status === 'SUCCESS') return workflow;
    if (FAILED.includes(workflow.status)) throw failureOf(workflow);
    if (Date.now() > until) {
      throw new MoltnetError('WaitedTooLong', `The run ${workflowId} is still ${workflow.status}.`);
    }
    await pause(pauseMs, signal);
  }
}

function failureOf({ id, status, error }: Schemas['Workflow']): MoltnetError {
  const message = error?.message ?? `The run ${id} ended as ${status}; an operator can retry it.`;
  return new MoltnetError(error?.name ?? 'RunFailed', message);
}
