import { DBOS } from '@dbos-inc/dbos-sdk';
import { findRegistration as findRow, storeAgent as storeRow } from '../db/agents/storeAgent.js';
import { isInvitationUsable } from '../db/invitations.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import type { NewAgent } from '../rules/registration.js';

const RETRY = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2, shouldRetry: isRetryable };

/** Whether the key has an agent already, and whether this very request made it; without one, whether it may have one. */
export function findRegistration({
  keyId,
  requestHash,
  invitationId,
}: NewAgent): Promise<'none' | 'this' | 'another' | 'uninvited'> {
  return DBOS.runStep(
    async () => {
      const found = await findRow(ports().db, keyId);
      if (!found) return !invitationId || (await isInvitationUsable(ports().db, invitationId)) ? 'none' : 'uninvited';
      return found.requestHash === requestHash ? 'this' : 'another';
    },
    { name: 'findRegistration', ...RETRY },
  );
}

/** Stores agent, key and event in one transaction keyed by the key id: from here on the agent exists. */
export function storeAgent(agent: NewAgent): Promise<'applied' | 'already' | 'taken' | 'uninvited'> {
  return DBOS.runStep(() => storeRow(ports().db, agent), { name: 'storeAgent', ...RETRY });
}
