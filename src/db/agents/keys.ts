import { canonicalJson, sha256Hex } from '@moltnet/protocol';
import type { KeyEnd, KeyReplacement } from '../../rules/credentials.js';
import type { Db } from '../database.js';
import { raiseAuthEpoch } from './principals.js';

/** One epoch of an agent's key. */
export interface AgentKey {
  keyId: string;
  agentId: string;
  epoch: number;
  publicKey: string;
  validFrom: Date;
  /** Null for the present key. */
  validUntil: Date | null;
  endedBecause: 'rotated' | 'revoked' | null;
  reason: string | null;
  compromisedAt: Date | null;
  requestHash: string;
}

const COLUMNS = [
  'key_id as keyId',
  'agent_id as agentId',
  'epoch',
  'public_key as publicKey',
  'valid_from as validFrom',
  'valid_until as validUntil',
  'ended_because as endedBecause',
  'reason',
  'compromised_at as compromisedAt',
  'request_hash as requestHash',
];

/** All epochs, the first one first. */
export async function listKeys(db: Db, agentId: string): Promise<AgentKey[]> {
  return db('agent_keys').where({ agent_id: agentId }).orderBy('epoch').select<AgentKey[]>(COLUMNS);
}

/** The key with this id, whether it is present or has ended. */
export async function findKey(db: Db, keyId: string): Promise<AgentKey | undefined> {
  return db('agent_keys').where({ key_id: keyId }).first<AgentKey | undefined>(COLUMNS);
}

/**
 * Ends the old key and begins the new one, tells of it, and lets every process look up the agent's tokens again: one
 * transaction. `stale`: the old key is not the present one (any more); of two rotations at once the row decides.
 * `taken`: the new key belongs to somebody, or did. (Registered at the same moment, it fails the statement instead, and the
 * next attempt finds it taken.)
 */
export async function replaceKey(
  db: Db,
  { agentId, oldKeyId, newKeyId, newPublicKey, requestHash }: KeyReplacement,
): Promise<{ outcome: 'applied' | 'already'; epoch: number } | 'stale' | 'taken' | 'disabled'> {
  return db.transaction(async (trx) => {
    const { at, disabled } = await lockAgent(trx, agentId);
    const known = await findKey(trx, newKeyId);
    if (known) return known.requestHash === requestHash ? { outcome: 'already', epoch: known.epoch } : 'taken';
    if (disabled) return 'disabled';
    const [ended] = await trx('agent_keys')
      .where({ key_id: oldKeyId, agent_id: agentId })
      .whereNull('valid_until')
      .update({ valid_until: at, ended_because: 'rotated' })
      .returning<{ epoch: number }[]>('epoch');
    if (!ended) return 'stale';
    const epoch = ended.epoch + 1;
    await trx('agent_keys').insert({
      key_id: newKeyId,
      agent_id: agentId,
      epoch,
      public_key: newPublicKey,
      valid_from: at,
      request_hash: requestHash,
    });
    await raiseAuthEpoch(trx, agentId);
    const changed = ['moltnet:key-rotated:v1', agentId, epoch, oldKeyId, newKeyId, newPublicKey, at.toISOString()];
    await announce(trx, 'key.rotated', { agentId, changed, at, data: { epoch, keyId: newKeyId } });
    return { outcome: 'applied', epoch };
  });
}

/**
 * Ends a key for good, with what is said about it. Of the present key nothing is left to take its place, so the agent is
 * disabled and its secret replaced by one that nobody is told: whoever stole the key has nothing any more, at once, in every
 * process. An ended key gets the reason and the time of the compromise. `already`: it is revoked; what was said first stays.
 */
export async function endKey(
  db: Db,
  { agentId, keyId, reason, compromisedAt }: KeyEnd,
): Promise<{ outcome: 'applied' | 'already'; epoch: number } | 'absent'> {
  return db.transaction(async (trx) => {
    const { at } = await lockAgent(trx, agentId);
    const key = await findKey(trx, keyId);
    if (key?.agentId !== agentId) return 'absent';
    const { epoch } = key;
    if (key.endedBecause === 'revoked') return { outcome: 'already', epoch };
    await trx('agent_keys')
      .where({ key_id: keyId })
      .update({
        valid_until: key.validUntil ?? at,
        ended_because: 'revoked',
        reason,
        compromised_at: compromisedAt ?? null,
      });
    if (key.validUntil === null) await shutOut(trx, agentId, at);
    const changed = ['moltnet:key-revoked:v1', agentId, epoch, keyId, reason, compromisedAt ?? '', at.toISOString()];
    await announce(trx, 'key.revoked', { agentId, changed, at, data: { epoch, keyId } });
    return { outcome: 'applied', epoch };
  });
}

/** Locks the agent's row, so that changes of its credentials follow each other; `at` is their time, the database's. */
export async function lockAgent(trx: Db, agentId: string): Promise<{ at: Date; disabled: boolean }> {
  const { rows } = await trx.raw<{ rows: { at: Date; disabled: boolean }[] }>(
    `select date_trunc('milliseconds', clock_timestamp()) as at, disabled_at is not null as disabled
     from agents where id = ? for update`,
    [agentId],
  );
  if (!rows[0]) throw new Error(`The agent ${agentId} is not there.`);
  return rows[0];
}

async function shutOut(trx: Db, agentId: string, at: Date): Promise<void> {
  await trx.raw(
    `update agents set disabled_at = coalesce(disabled_at, :at), former_secret_until = null,
       secret_epoch = secret_epoch + 1, settled_secret_epoch = secret_epoch + 1,
       auth_epoch = auth_epoch + 1, auth_changed_at = now()
     where id = :agentId`,
    { at, agentId },
  );
}

export interface Announcement {
  agentId: string;
  /** What changed, from which the event's hash is made. */
  changed: (string | number)[];
  at: Date;
  data: Record<string, unknown>;
}

/** Writes the event of a change of credentials; call it in the change's transaction. */
export async function announce(
  trx: Db,
  kind: 'key.rotated' | 'key.revoked' | 'secret.rotated' | 'agent.recovered',
  { agentId, changed, at, data }: Announcement,
): Promise<void> {
  await trx('outbox').insert({
    kind,
    agent_id: agentId,
    subject_id: agentId,
    subject_hash: sha256Hex(canonicalJson(changed)),
    data: JSON.stringify(data),
    at,
  });
}
