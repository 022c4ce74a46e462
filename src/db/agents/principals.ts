import type { Db } from '../database.js';

/** What authentication needs of an agent. */
export interface PrincipalRow {
  id: string;
  keyId: string;
  /** The present key; after the last one was revoked that one. */
  signingKeyId: string;
  fingerprint: string;
  role: 'agent' | 'operator';
  /** Raised whenever something that was valid for the agent ceases to be. */
  authEpoch: number;
  authChangedAt: Date;
  disabledAt: Date | null;
}

const SIGNING_KEY = `(select k.key_id from agent_keys k where k.agent_id = agents.id order by k.epoch desc limit 1)`;

const COLUMNS = `id, key_id as "keyId", ${SIGNING_KEY} as "signingKeyId", fingerprint, role, auth_epoch as "authEpoch",
  auth_changed_at as "authChangedAt", disabled_at as "disabledAt"`;

/** A client id of the identity service may be anything; one that is no UUID is no agent's, and must not fail a statement. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isAgentId(text: string): boolean {
  return UUID.test(text);
}

/** The agents with these ids; what is no id of an agent (another client at the identity service) is not among them. */
export async function findPrincipals(db: Db, ids: string[]): Promise<PrincipalRow[]> {
  const { rows } = await db.raw<{ rows: PrincipalRow[] }>(`select ${COLUMNS} from agents where id = any(?::uuid[])`, [
    ids.filter(isAgentId),
  ]);
  return rows;
}

/** The database's time, by which `authChangedAt` is written too. */
export async function readDatabaseTime(db: Db): Promise<Date> {
  const { rows } = await db.raw<{ rows: { now: Date }[] }>('select now()');
  return (rows[0] as { now: Date }).now;
}

/**
 * Uses an assertion up and reads its agent, and whether its credentials have changed in the last `lately` seconds, in one statement. `fresh` is false when it was used before, here or in any
 * other process: of two at once one inserts the row. Ten expired rows go with each call, so the table cleans itself.
 */
export async function useAssertion(
  db: Db,
  { jtiHash, expiresAt, agentId, lately }: { jtiHash: Buffer; expiresAt: Date; agentId: string; lately: number },
): Promise<{ fresh: boolean; changedLately: boolean; agent: PrincipalRow | undefined }> {
  const { rows } = await db.raw<{ rows: [Partial<PrincipalRow> & { fresh: boolean; changedLately: boolean }] }>(
    `with used as (
       insert into used_assertions (jti_hash, expires_at) values (:jtiHash, :expiresAt)
       on conflict do nothing returning 1
     ), expired as (
       delete from used_assertions where jti_hash in (
         select jti_hash from used_assertions where expires_at < now() order by expires_at limit 10 for update skip locked
       )
     )
     select exists (select 1 from used) as fresh, a.*,
       coalesce(a."authChangedAt" > now() - make_interval(secs => :lately), false) as "changedLately"
     from (values (1)) one
       left join (select ${COLUMNS} from agents where id = :agentId) a on true`,
    { jtiHash, expiresAt, agentId, lately },
  );
  const [{ fresh, changedLately, ...agent }] = rows;
  return { fresh, changedLately, agent: agent.id ? (agent as PrincipalRow) : undefined };
}

/**
 * Makes every process look up the agent's tokens again. Call it when the identity service has ended what it should end,
 * not before: a look-up in between would find the old state and be kept.
 */
export async function raiseAuthEpoch(db: Db, agentId: string): Promise<void> {
  if (!isAgentId(agentId)) return;
  await db.raw('update agents set auth_epoch = auth_epoch + 1, auth_changed_at = now() where id = ?', [agentId]);
}
