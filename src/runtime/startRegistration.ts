import { createHash } from 'node:crypto';
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { NewAgent, RegistrationOutcome } from '../rules/registration.js';
import { registerAgent } from '../workflows/registerAgent.js';
import type { StartedRun } from './startRun.js';

/** A person or a start-up waits for it; the run itself waits for its turn on the queue. */
const POLLING_MS = 50;
const FAILED = ['ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'];

/**
 * Starts the registration that `key` names, or joins the one that runs or has ended well. One that failed took back what
 * it had made, so the next attempt begins anew under the next number; of two callers at once both get the same number.
 */
export async function startRegistration(key: string, agent: NewAgent): Promise<StartedRun<RegistrationOutcome>> {
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  for (let attempt = 1; ; attempt++) {
    const workflowID = `register-${agent.agentId}-${name}-${attempt}`;
    const status = await DBOS.getWorkflowStatus(workflowID);
    if (status && FAILED.includes(status.status)) continue;
    const start = DBOS.startWorkflow(registerAgent, {
      workflowID,
      queueName: 'identity',
      workflowAttributes: { agents: [agent.agentId] },
    });
    const handle = await start(agent);
    return { workflowId: workflowID, result: handle.getResult({ pollingIntervalMs: POLLING_MS }) };
  }
}
