import { DBOS } from '@dbos-inc/dbos-sdk';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { describeAgentClient } from '../rules/agentClient.js';
import type { NewAgent } from '../rules/registration.js';

const RETRY = { retriesAllowed: true, maxAttempts: 3, intervalSeconds: 1, backoffRate: 2, shouldRetry: isRetryable };
const FIRST_EPOCH = 1;

/**
 * Gives the agent its OAuth2 client, named as the agent, with the secret of the first epoch: derived here, again for the
 * answer, and in no output. Repeating is safe: a client that an earlier attempt left is made the same.
 */
export async function createAgentClient(agent: NewAgent): Promise<void> {
  await DBOS.runStep(
    async () => {
      const { identity, clientSecret } = ports();
      const described = describeAgentClient(agent, agent.audience);
      const client = { ...described, clientSecret: clientSecret(agent.agentId, FIRST_EPOCH) };
      if ((await identity.clients.create(client)) === 'exists') await identity.clients.replace(client);
    },
    { name: 'createAgentClient', ...RETRY },
  );
}

/** Takes it back, with every token; a client that is not there is as good. */
export async function removeAgentClient({ agentId }: Pick<NewAgent, 'agentId'>): Promise<void> {
  await DBOS.runStep(
    () =>
      ports()
        .identity.clients.delete(agentId)
        .then(() => undefined),
    {
      name: 'removeAgentClient',
      ...RETRY,
    },
  );
}
