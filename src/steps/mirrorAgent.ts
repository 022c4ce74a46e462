import { DBOS } from '@dbos-inc/dbos-sdk';
import { findClientState, type ClientState } from '../db/agents/secrets.js';
import { isRetryable, rootFailure } from '../errors.js';
import { ports } from '../ports/index.js';
import { describeAgentClient } from '../rules/agentClient.js';

const RETRY = { retriesAllowed: true, maxAttempts: 3, intervalSeconds: 1, backoffRate: 2, shouldRetry: isRetryable };

/** Nobody waits for it, and the identity service may be away for long: ten attempts take three quarters of an hour. */
const PATIENT_RETRY = { ...RETRY, maxAttempts: 10, intervalSeconds: 5 };

/** Fails with the failure of the last attempt: of DBOS's list of attempts another process reads neither class nor message. */
async function outside(name: string, act: () => Promise<void>, retry: typeof RETRY): Promise<void> {
  try {
    await DBOS.runStep(act, { name, ...retry });
  } catch (error) {
    throw rootFailure(error);
  }
}

/**
 * Gives the agent's client the secret that its row says, or takes the client away when the agent is disabled. Whatever
 * happens to the row meanwhile, the last one who writes has read it after writing: so the row's state is what stays, also
 * when an executor that was paused comes back with an old one. Former secrets end, whatever the service does by itself.
 */
export function mirrorClient(agentId: string, { patient = false } = {}): Promise<void> {
  return outside(
    'mirrorClient',
    async () => {
      let written: ClientState | undefined;
      for (;;) {
        const state = await findClientState(ports().db, agentId);
        if (!state || (written && isSameClient(written, state))) return;
        await writeClient(state);
        written = state;
      }
    },
    patient ? PATIENT_RETRY : RETRY,
  );
}

function isSameClient(a: ClientState, b: ClientState): boolean {
  return a.secretEpoch === b.secretEpoch && a.disabled === b.disabled;
}

async function writeClient(state: ClientState): Promise<void> {
  const { identity, tokenAudiences, clientSecret } = ports();
  const { agentId, secretEpoch, disabled } = state;
  if (disabled) {
    await identity.clients.delete(agentId);
    return;
  }
  const client = {
    ...describeAgentClient(state, tokenAudiences),
    clientSecret: clientSecret(agentId, secretEpoch),
  };
  if ((await identity.clients.replace(client)) === 'absent') await identity.clients.create(client);
  await identity.clients.forgetRotatedSecrets(agentId);
}

/** Tells the identity service the agent's present key. Repeating is safe: it says what the row says. */
export function mirrorIdentity(agentId: string): Promise<void> {
  return outside(
    'mirrorIdentity',
    async () => {
      const { db, identity } = ports();
      const state = await findClientState(db, agentId);
      const found = state && (await identity.identities.find(state.keyId));
      if (!found) return;
      const { publicKey, fingerprint } = state;
      await identity.identities.setTraits(found.id, { ...found.traits, public_key: publicKey, fingerprint });
    },
    PATIENT_RETRY,
  );
}

/** Ends every token of the agent at the identity service; call it when no secret is good any more that could get another. */
export function revokeTokens(agentId: string): Promise<void> {
  return outside('revokeTokens', () => ports().identity.tokens.revokeAll(agentId), RETRY);
}
