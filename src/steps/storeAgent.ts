import { DBOS } from '@dbos-inc/dbos-sdk';
import { findRegistration as findRow, storeAgent as storeRow } from '../db/agents/storeAgent.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import type { NewAgent } from '../rules/registration.js';

const RETRY = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2, shouldRetry: isRetryable };

/** Whether the key has an agent already, and whether this very request made it. */
export function findRegistration({ keyId, requestHash }: NewAgent): Promise<'none' | 'this' | 'another'> {
  return DBOS.runStep(
    async () => {
      const found = await findRow(ports().db, keyId);
      if (!found) return 'none';
      return found.requestHash === requestHash ? 'this' : 'another';
    },
    { name: 'findRegistration', ...RETRY },
  );
}

/** Stores agent, key and event in one transaction keyed by the key id: from here on the agent exists. */
export function storeAgent(agent: NewAgent): Promise<'applied' | 'already' | 'taken'> {
  return DBOS.runStep(() => storeRow(ports().db, agent), { name: 'storeAgent', ...RETRY });
}
