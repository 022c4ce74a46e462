import type { Request } from 'express';

/** Who a request comes from. */
export interface Principal {
  agentId: string;
  /** SHA-256 of the agent's first public key, hex. */
  keyId: string;
  /** The key that it signs with now. */
  signingKeyId: string;
  /** The key id's first 16 digits, for people: `XXXX-XXXX-XXXX-XXXX`. */
  fingerprint: string;
  role: 'agent' | 'operator';
  clientId: string;
  /** Where a person acts as the agent from a browser: the session. */
  sessionId?: string;
}

/** Throws Unauthenticated where the credentials are missing or wrong, IdentityUnavailable where nobody can tell. */
export type Authenticate = (request: Request) => Promise<Principal>;
