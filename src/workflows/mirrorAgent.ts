/**
 * Brings what the identity service has of an agent up to its rows: the client (none, for a disabled agent) and the present
 * key. Started by what changes the rows, by a start whose master secret has changed, and by hand; as often as one likes,
 * for it reads the rows anew. Nobody waits for it: it is patient with a service that is away.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { mirrorClient, mirrorIdentity } from '../steps/mirrorAgent.js';

async function mirror(agentId: string): Promise<void> {
  await mirrorClient(agentId, { patient: true });
  await mirrorIdentity(agentId);
}

export const mirrorAgent = DBOS.registerWorkflow(mirror, { name: 'mirrorAgent', maxRecoveryAttempts: 10 });
