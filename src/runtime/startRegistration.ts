import type { NewAgent, RegistrationOutcome } from '../rules/registration.js';
import { registerAgent } from '../workflows/registerAgent.js';
import { startAttempt } from './startAttempt.js';
import type { StartedRun } from './startRun.js';

/** Starts the registration that `key` names; a failed one has taken back what it had made, and is begun anew. */
export function startRegistration(key: string, agent: NewAgent): Promise<StartedRun<RegistrationOutcome>> {
  const { agentId } = agent;
  return startAttempt(registerAgent, { name: 'register', agentId, key, queue: 'identity', retryFrom: 'start' }, agent);
}
