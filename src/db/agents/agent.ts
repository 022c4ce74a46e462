import type { Db } from '../database.js';

/** An agent as the API shows it and as a request's principal is made of it. */
export interface Agent {
  id: string;
  keyId: string;
  fingerprint: string;
  name: string;
  kind: 'agent' | 'consolidator';
  role: 'agent' | 'operator';
  authEpoch: number;
  secretEpoch: number;
  createdAt: Date;
  authChangedAt: Date;
  disabledAt: Date | null;
  publicKey: string;
}

/** With the current key; a subquery, so that the statement stays one look-up by the agent's own index. */
const COLUMNS = `
  a.id, a.key_id as "keyId", a.fingerprint, a.name, a.kind, a.role, a.auth_epoch as "authEpoch",
  a.secret_epoch as "secretEpoch", a.created_at as "createdAt", a.auth_changed_at as "authChangedAt",
  a.disabled_at as "disabledAt",
  (select k.public_key from agent_keys k where k.agent_id = a.id order by k.epoch desc limit 1) as "publicKey"`;

export async function findAgentByFingerprint(db: Db, fingerprint: string): Promise<Agent | undefined> {
  const { rows } = await db.raw<{ rows: Agent[] }>(`select ${COLUMNS} from agents a where a.fingerprint = ?`, [
    fingerprint,
  ]);
  return rows[0];
}

export async function findAgent(db: Db, id: string): Promise<Agent | undefined> {
  const { rows } = await db.raw<{ rows: Agent[] }>(`select ${COLUMNS} from agents a where a.id = ?`, [id]);
  return rows[0];
}

/** By the key id of the first key, whatever the present key is. */
export async function findAgentByKeyId(db: Db, keyId: string): Promise<Agent | undefined> {
  const { rows } = await db.raw<{ rows: Agent[] }>(`select ${COLUMNS} from agents a where a.key_id = ?`, [keyId]);
  return rows[0];
}
