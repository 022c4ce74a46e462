import { uuidOfHash } from './uuidOfHash.js';

/**
 * An agent's id, made of its key id, so that registering a key twice meets the same agent. It is the OAuth2 client's id
 * too.
 */
export const agentIdOf = (keyId: string): string => uuidOfHash(keyId);

/** Whether a client's id has the form of an agent's: other clients of the same project may have any. */
export function isDerivedAgentId(clientId: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(clientId);
}
