/**
 * Registers an agent: an identity, an OAuth2 client, then the agent's row, which is what makes it exist.
 *
 * Started by POST /auth/register and, for the first operator of an embedded server, at boot; always on the queue
 * `identity`, one at a time in the whole deployment. The ids at the identity service are made of the key, so another
 * attempt meets what an earlier one left. What an attempt made is taken back when it fails, so an attempt may only be run
 * again from its beginning. The secret appears in no input, output or step: who hands it out derives it.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { rootFailure } from '../errors.js';
import type { NewAgent, RegistrationOutcome } from '../rules/registration.js';
import { createAgentClient, removeAgentClient } from '../steps/agentClient.js';
import { createAgentIdentity, removeAgentIdentity } from '../steps/agentIdentity.js';
import { findRegistration, storeAgent } from '../steps/storeAgent.js';

async function register(agent: NewAgent): Promise<RegistrationOutcome> {
  const before = await findRegistration(agent);
  if (before === 'this') return registered(agent);
  if (before === 'another') return taken(agent);
  if (before === 'uninvited') return uninvited();
  let stored: Awaited<ReturnType<typeof storeAgent>>;
  try {
    await createAgentIdentity(agent);
    await createAgentClient(agent);
    stored = await storeAgent(agent);
  } catch (error) {
    await takeBack(agent);
    // Not DBOS's list of attempts: read by another process, its items have neither class nor message.
    throw rootFailure(error);
  }
  if (stored === 'applied' || stored === 'already') return registered(agent);
  await takeBack(agent);
  return stored === 'taken' ? taken(agent) : uninvited();
}

/**
 * In reverse order, and only while the key has no agent: a step may have failed after its effect, and an executor that
 * was paused meanwhile must not take the credentials of an agent that another one has registered. What cannot be taken
 * back now gives access to nothing, since nobody was told its secret, and the next attempt for the key takes it over.
 */
async function takeBack(agent: NewAgent): Promise<void> {
  try {
    const now = await findRegistration(agent);
    if (now === 'this' || now === 'another') return;
    await removeAgentClient(agent);
    await removeAgentIdentity(agent);
  } catch {
    // The step's own failure is recorded with the run; the reason for taking back is what the caller must hear.
  }
}

function registered({ requestHash }: NewAgent): RegistrationOutcome {
  return { outcome: 'registered', requestHash };
}

function taken({ fingerprint }: NewAgent): RegistrationOutcome {
  const message = `The key ${fingerprint} is registered already: use the credentials that were given out for it.`;
  return { outcome: 'refused', reason: 'Conflict', message };
}

function uninvited(): RegistrationOutcome {
  const message = 'The invitation is used up or has ended: ask an operator for another one.';
  return { outcome: 'refused', reason: 'Forbidden', message };
}

export const registerAgent = DBOS.registerWorkflow(register, { name: 'registerAgent', maxRecoveryAttempts: 10 });
