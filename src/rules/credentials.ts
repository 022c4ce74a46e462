/** The key that takes another's place; both are known by their key ids. */
export interface KeyReplacement {
  agentId: string;
  oldKeyId: string;
  newKeyId: string;
  newPublicKey: string;
  requestHash: string;
}

export interface KeyEnd {
  agentId: string;
  keyId: string;
  reason: string;
  /** RFC 3339; from when on its signatures are in doubt. */
  compromisedAt?: string | undefined;
}

export interface SecretRotationRun {
  agentId: string;
  /** The epoch that the caller's secret had: of two at once the second finds another one. */
  fromEpoch: number;
  /** 0 ends the former secret, and the tokens that it got, at once. */
  graceSeconds: number;
  requestHash: string;
}

export interface RecoveryRun {
  agentId: string;
  /** The present key, which has answered the challenge. */
  keyId: string;
  challengeHash: string;
  challengeExpiresAt: string;
  /** Made for this request: another one with the same challenge is a replay. */
  recoveryId: string;
}

/** What became of a change of credentials; `epoch` is the new one of the key or of the secret. */
export type CredentialOutcome =
  | { outcome: 'applied' | 'already'; epoch: number }
  | { outcome: 'refused'; reason: 'Conflict' | 'Unauthenticated'; message: string };

export function refusedCredentials(
  reason: 'Conflict' | 'Unauthenticated',
  message: string,
): Extract<CredentialOutcome, { outcome: 'refused' }> {
  return { outcome: 'refused', reason, message };
}
