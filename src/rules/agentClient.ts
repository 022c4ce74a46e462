import type { OAuthClient } from '../ports/identity.js';

/** The OAuth2 client of an agent, named as the agent; everything about it but its secret. */
export function describeAgentClient(
  { agentId, keyId, fingerprint }: { agentId: string; keyId: string; fingerprint: string },
  audience: string[],
): OAuthClient {
  return {
    clientId: agentId,
    name: `agent ${fingerprint}`,
    scope: 'agent',
    audience,
    metadata: { agent_id: agentId, key_id: keyId },
  };
}
