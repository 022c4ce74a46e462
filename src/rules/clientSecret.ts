import { hkdfSync } from 'node:crypto';

/**
 * The client secret of an agent: HKDF-SHA-256 (RFC 5869) of the master secret, for this agent and epoch. So it can be made
 * again for the answer that hands it out, and no workflow has to carry or record it. 32 bytes as base64url.
 */
export function deriveClientSecret(masterSecret: string, agentId: string, epoch: number): string {
  const info = `moltnet:client-secret:v1\n${agentId}\n${epoch}`;
  return Buffer.from(hkdfSync('sha256', masterSecret, '', info, 32)).toString('base64url');
}

/** The code of an invitation, derived as a client secret is: so its answer can be given again and is kept nowhere. */
export function deriveInvitationCode(masterSecret: string, id: string): string {
  const bytes = hkdfSync('sha256', masterSecret, '', `moltnet:invitation:v1\n${id}`, 24);
  return `moltnet_inv_${Buffer.from(bytes).toString('base64url')}`;
}
