import { createHash } from 'node:crypto';
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { QueueName } from '../workflows/queues.js';
import type { StartedRun } from './startRun.js';

/** A person or a start-up waits for it; the run itself may wait for its turn on a queue. */
const POLLING_MS = 50;
const FAILED = ['ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'];

export interface Attempt {
  /** With the agent, what the run's id begins with. */
  name: string;
  agentId: string;
  /** The request's own name: what is sent again under it joins the run. */
  key: string;
  queue?: QueueName;
  /** Of a workflow that takes back what it did: an operator's retry enters it at its beginning only. */
  retryFrom?: 'start';
}

/**
 * Starts the run of a request about an agent, or joins the one that runs or has ended well. After one that failed, the next
 * attempt begins anew under the next number; of two callers at once both get the same number.
 */
export async function startAttempt<Input, Output>(
  workflow: (input: Input) => Promise<Output>,
  { name, agentId, key, queue, retryFrom }: Attempt,
  input: Input,
): Promise<StartedRun<Output>> {
  const hashed = createHash('sha256').update(key).digest('hex').slice(0, 32);
  for (let attempt = 1; ; attempt++) {
    const workflowID = `${name}-${agentId}-${hashed}-${attempt}`;
    const status = await DBOS.getWorkflowStatus(workflowID);
    if (status && FAILED.includes(status.status)) continue;
    const start = DBOS.startWorkflow(workflow, {
      workflowID,
      ...(queue && { queueName: queue }),
      workflowAttributes: { agents: [agentId], ...(retryFrom && { retryFrom }) },
    });
    const handle = await start(input);
    return { workflowId: workflowID, result: handle.getResult({ pollingIntervalMs: POLLING_MS }) };
  }
}
