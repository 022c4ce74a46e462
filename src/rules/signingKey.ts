/** A key that an agent has, or had: what judging a signature needs of it. */
export interface SigningKey {
  keyId: string;
  agentId: string;
  publicKey: string;
  /** When it was rotated or revoked; null while it is in use. */
  endedAt: Date | null;
}
