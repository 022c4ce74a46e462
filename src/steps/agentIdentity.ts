import { DBOS } from '@dbos-inc/dbos-sdk';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import type { NewAgent } from '../rules/registration.js';

/** The port has retried for up to 12 s when an attempt ends here, and the queue waits: two more are enough. */
const RETRY = { retriesAllowed: true, maxAttempts: 3, intervalSeconds: 1, backoffRate: 2, shouldRetry: isRetryable };

/** Gives the agent its identity. Repeating is safe: the external id is unique, and the one that exists is found. */
export async function createAgentIdentity({ keyId, fingerprint, publicKey }: NewAgent): Promise<void> {
  await DBOS.runStep(
    async () => {
      const traits = { public_key: publicKey, fingerprint };
      await ports().identity.identities.create({ externalId: keyId, traits });
    },
    { name: 'createAgentIdentity', ...RETRY },
  );
}

/** Takes it back; an identity that is not there is as good. */
export async function removeAgentIdentity({ keyId }: Pick<NewAgent, 'keyId'>): Promise<void> {
  await DBOS.runStep(
    async () => {
      const found = await ports().identity.identities.find(keyId);
      if (found) await ports().identity.identities.delete(found.id);
    },
    { name: 'removeAgentIdentity', ...RETRY },
  );
}
