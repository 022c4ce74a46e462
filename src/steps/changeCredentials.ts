import { DBOS } from '@dbos-inc/dbos-sdk';
import { endKey as endRow, replaceKey as replaceRow } from '../db/agents/keys.js';
import { reserveRecovery, reserveRotation, settleRecovery, settleRotation } from '../db/agents/secrets.js';
import type { Db } from '../db/database.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import {
  refusedCredentials as refused,
  type CredentialOutcome,
  type KeyEnd,
  type KeyReplacement,
  type RecoveryRun,
  type SecretRotationRun,
} from '../rules/credentials.js';

const RETRY = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2, shouldRetry: isRetryable };

const FASTER = 'Another change of the credentials was faster: look at them and decide anew.';
/** In the same words for whatever is wrong with a recovery. */
const NO_RECOVERY = 'The challenge, the key or the signature is not good. Ask for a new challenge.';

/** Each of these is one transaction keyed by the request: run twice, the second answers `already`. */
function inOneTransaction(name: string, act: (db: Db) => Promise<CredentialOutcome>): Promise<CredentialOutcome> {
  return DBOS.runStep(() => act(ports().db), { name, ...RETRY });
}

export function replaceKey(change: KeyReplacement): Promise<CredentialOutcome> {
  return inOneTransaction('replaceKey', async (db) => {
    const outcome = await replaceRow(db, change);
    if (outcome === 'taken')
      return refused('Conflict', 'The new key is, or was, the key of an agent: make another one.');
    if (outcome === 'disabled') return refused('Conflict', 'The agent is disabled: ask an operator.');
    return outcome === 'stale' ? refused('Conflict', FASTER) : outcome;
  });
}

export function endKey(end: KeyEnd): Promise<CredentialOutcome> {
  return inOneTransaction('endKey', async (db) => {
    const outcome = await endRow(db, end);
    return outcome === 'absent' ? refused('Conflict', `The key ${end.keyId} is not the agent's.`) : outcome;
  });
}

export function reserveSecret(rotation: SecretRotationRun): Promise<CredentialOutcome> {
  return inOneTransaction('reserveSecret', async (db) => {
    const outcome = await reserveRotation(db, rotation);
    return outcome === 'stale' ? refused('Conflict', FASTER) : outcome;
  });
}

export function settleSecret({ agentId }: SecretRotationRun, epoch: number): Promise<CredentialOutcome> {
  return inOneTransaction('settleSecret', async (db) => {
    const outcome = await settleRotation(db, agentId, epoch);
    return outcome === 'stale' ? refused('Conflict', FASTER) : { outcome, epoch };
  });
}

export function beginRecovery(recovery: RecoveryRun): Promise<CredentialOutcome> {
  return inOneTransaction('beginRecovery', async (db) => {
    const outcome = await reserveRecovery(db, recovery);
    return outcome === 'refused' ? refused('Unauthenticated', NO_RECOVERY) : outcome;
  });
}

export function endRecovery(recovery: RecoveryRun, epoch: number): Promise<CredentialOutcome> {
  return inOneTransaction('endRecovery', async (db) => {
    const outcome = await settleRecovery(db, recovery, epoch);
    if (outcome === 'refused') return refused('Unauthenticated', NO_RECOVERY);
    return outcome === 'stale' ? refused('Conflict', FASTER) : { outcome, epoch };
  });
}
