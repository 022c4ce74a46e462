import type { RecoveryRun, SecretRotationRun } from '../../rules/credentials.js';
import type { Db } from '../database.js';
import { announce, lockAgent } from './keys.js';
import { isAgentId } from './principals.js';

/** What the credentials of an agent at the identity service must be. */
export interface ClientState {
  agentId: string;
  keyId: string;
  fingerprint: string;
  secretEpoch: number;
  disabled: boolean;
  /** The present key; of an agent that has none any more, the last one. */
  publicKey: string;
}

export async function findClientState(db: Db, agentId: string): Promise<ClientState | undefined> {
  const { rows } = await db.raw<{ rows: ClientState[] }>(
    `select a.id as "agentId", a.key_id as "keyId", a.fingerprint, a.secret_epoch as "secretEpoch",
       a.disabled_at is not null as disabled,
       (select k.public_key from agent_keys k where k.agent_id = a.id order by k.epoch desc limit 1) as "publicKey"
     from agents a where a.id = ?`,
    [agentId],
  );
  return rows[0];
}

/** The present and the former epoch of an agent whose former secret is still good; any text may be asked for. */
export async function findSecretInGrace(
  db: Db,
  clientId: string,
): Promise<{ secretEpoch: number; formerEpoch: number } | undefined> {
  if (!isAgentId(clientId)) return undefined;
  const { rows } = await db.raw<{ rows: { secretEpoch: number; formerEpoch: number }[] }>(
    `select secret_epoch as "secretEpoch", former_secret_epoch as "formerEpoch" from agents
     where id = ? and former_secret_until > now() and disabled_at is null`,
    [clientId],
  );
  return rows[0];
}

/**
 * Takes the next secret epoch for a rotation, from which moment the former secret is in its grace. The same request gets
 * the epoch that it has taken; `stale`: another change was faster.
 */
export async function reserveRotation(
  db: Db,
  { agentId, fromEpoch, graceSeconds, requestHash }: SecretRotationRun,
): Promise<{ outcome: 'applied' | 'already'; epoch: number } | 'stale'> {
  const { rows } = await db.raw<{ rows: { epoch: number }[] }>(
    `update agents set secret_epoch = secret_epoch + 1, secret_request_hash = :requestHash,
       former_secret_epoch = settled_secret_epoch,
       former_secret_until = now() + make_interval(secs => :graceSeconds)
     where id = :agentId and secret_epoch = :fromEpoch and secret_request_hash <> :requestHash and disabled_at is null
     returning secret_epoch as epoch`,
    { agentId, fromEpoch, graceSeconds, requestHash },
  );
  if (rows[0]) return { outcome: 'applied', epoch: rows[0].epoch };
  return (await findReserved(db, agentId, requestHash)) ?? 'stale';
}

async function findReserved(
  db: Db,
  agentId: string,
  requestHash: string,
): Promise<{ outcome: 'already'; epoch: number } | undefined> {
  const row = await db('agents')
    .where({ id: agentId, secret_request_hash: requestHash })
    .first<{ epoch: number } | undefined>('secret_epoch as epoch');
  return row && { outcome: 'already', epoch: row.epoch };
}

/**
 * Takes the next secret epoch for a recovery; no former secret has a grace. `refused`: the key is not the agent's present
 * one, the agent is disabled, or the challenge has been used by another request, whose credentials must stay as they are.
 */
export async function reserveRecovery(
  db: Db,
  { agentId, keyId, challengeHash, recoveryId }: RecoveryRun,
): Promise<{ outcome: 'applied' | 'already'; epoch: number } | 'refused'> {
  return db.transaction(async (trx) => {
    await lockAgent(trx, agentId);
    const usedBy = await findUser(trx, challengeHash);
    if (usedBy !== undefined && usedBy !== recoveryId) return 'refused';
    const reserved = await findReserved(trx, agentId, challengeHash);
    if (reserved) return reserved;
    const { rows } = await trx.raw<{ rows: { epoch: number }[] }>(
      `update agents set secret_epoch = secret_epoch + 1, secret_request_hash = :challengeHash, former_secret_until = null
       where id = :agentId and disabled_at is null
         and exists (select from agent_keys where agent_id = :agentId and key_id = :keyId and valid_until is null)
       returning secret_epoch as epoch`,
      { agentId, keyId, challengeHash },
    );
    return rows[0] ? { outcome: 'applied', epoch: rows[0].epoch } : 'refused';
  });
}

/** The rotation is done at the identity service: tells of it, once. `stale`: a later change has taken its place. */
export async function settleRotation(db: Db, agentId: string, epoch: number): Promise<'applied' | 'already' | 'stale'> {
  return db.transaction(async (trx) => {
    const { at } = await lockAgent(trx, agentId);
    const settled = await settle(trx, agentId, epoch);
    if (settled !== 'applied') return settled;
    const changed = ['moltnet:secret-rotated:v1', agentId, epoch, at.toISOString()];
    await announce(trx, 'secret.rotated', { agentId, changed, at, data: { epoch } });
    return settled;
  });
}

/**
 * The recovery is done at the identity service: uses the challenge up and tells of it, in one transaction. Of two requests
 * with one challenge the second is `refused`, and learns nothing. Ten expired challenges go with each call.
 */
export async function settleRecovery(
  db: Db,
  recovery: RecoveryRun,
  epoch: number,
): Promise<'applied' | 'already' | 'stale' | 'refused'> {
  const { agentId, keyId, challengeHash, recoveryId } = recovery;
  return db.transaction(async (trx) => {
    const { at } = await lockAgent(trx, agentId);
    const usedBy = await findUser(trx, challengeHash);
    if (usedBy !== undefined) return usedBy === recoveryId ? 'already' : 'refused';
    const settled = await settle(trx, agentId, epoch);
    if (settled !== 'applied') return settled;
    await useChallenge(trx, recovery);
    const changed = ['moltnet:agent-recovered:v1', agentId, epoch, keyId, at.toISOString()];
    await announce(trx, 'agent.recovered', { agentId, changed, at, data: { epoch } });
    return settled;
  });
}

/** Also raises the auth epoch, since what the identity service had to end has ended now. */
async function settle(trx: Db, agentId: string, epoch: number): Promise<'applied' | 'already' | 'stale'> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `update agents set settled_secret_epoch = :epoch, auth_epoch = auth_epoch + 1, auth_changed_at = now()
     where id = :agentId and secret_epoch = :epoch and settled_secret_epoch < :epoch returning id`,
    { agentId, epoch },
  );
  if (rows.length > 0) return 'applied';
  const now = await trx('agents').where({ id: agentId }).first<{ epoch: number }>('secret_epoch as epoch');
  return now.epoch === epoch ? 'already' : 'stale';
}

async function findUser(trx: Db, challengeHash: string): Promise<string | undefined> {
  const row = await trx('used_challenges')
    .where({ challenge_hash: Buffer.from(challengeHash, 'hex') })
    .first<{ usedBy: string } | undefined>('used_by as usedBy');
  return row?.usedBy;
}

async function useChallenge(trx: Db, { challengeHash, recoveryId, challengeExpiresAt }: RecoveryRun): Promise<void> {
  await trx.raw(
    `with expired as (
       delete from used_challenges where challenge_hash in (
         select challenge_hash from used_challenges
         where expires_at < now() - interval '1 day' order by expires_at limit 10 for update skip locked
       )
     )
     insert into used_challenges (challenge_hash, used_by, expires_at) values (:hash, :recoveryId, :challengeExpiresAt)`,
    { hash: Buffer.from(challengeHash, 'hex'), recoveryId, challengeExpiresAt },
  );
}
