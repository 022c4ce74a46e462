import type { Db } from '../database.js';
import type { PrincipalRow } from './principals.js';

/** A session that is good, with the agent that it acts as. */
export interface SessionRow extends Pick<PrincipalRow, 'keyId' | 'signingKeyId' | 'fingerprint' | 'role'> {
  sessionId: string;
  agentId: string;
  name: string;
  createdAt: Date;
  expiresAt: Date;
}

export interface ListedSession {
  id: string;
  browser: string;
  createdAt: Date;
  expiresAt: Date;
}

const GOOD = `s.expires_at > now() and s.auth_epoch = a.auth_epoch and a.disabled_at is null`;

/** One statement for each request: what ends a session here ends it at once, in every process. */
export async function findSession(db: Db, secretHash: Buffer): Promise<SessionRow | undefined> {
  const { rows } = await db.raw<{ rows: SessionRow[] }>(
    `select s.id as "sessionId", a.id as "agentId", a.key_id as "keyId", a.fingerprint, a.role, a.name,
       (select k.key_id from agent_keys k where k.agent_id = a.id order by k.epoch desc limit 1) as "signingKeyId",
       s.created_at as "createdAt", s.expires_at as "expiresAt"
     from sessions s join agents a on a.id = s.agent_id where s.secret_hash = ? and ${GOOD}`,
    [secretHash],
  );
  return rows[0];
}

/** Those that are good, newest first. */
export async function listSessions(db: Db, agentId: string): Promise<ListedSession[]> {
  const { rows } = await db.raw<{ rows: ListedSession[] }>(
    `select s.id, s.browser, s.created_at as "createdAt", s.expires_at as "expiresAt"
     from sessions s join agents a on a.id = s.agent_id where s.agent_id = ? and ${GOOD}
     order by s.created_at desc, s.id limit 100`,
    [agentId],
  );
  return rows;
}

/** Ends a session of this agent; false where there is none. */
export async function endSession(db: Db, { agentId, id }: { agentId: string; id: string }): Promise<boolean> {
  return (await db('sessions').where({ id, agent_id: agentId }).delete()) > 0;
}
