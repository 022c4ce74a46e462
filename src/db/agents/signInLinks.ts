import type { Db } from '../database.js';

/** Whom a link signs in. */
export interface LinkedAgent {
  name: string;
  fingerprint: string;
  role: 'agent' | 'operator';
}

/** Keeps a link's hash; of links that have ended, ten go with each call. */
export async function storeSignInLink(
  db: Db,
  { linkHash, agentId, seconds }: { linkHash: Buffer; agentId: string; seconds: number },
): Promise<Date> {
  const { rows } = await db.raw<{ rows: [{ expiresAt: Date }] }>(
    `with ended as (
       delete from sign_in_links where link_hash in (
         select link_hash from sign_in_links where expires_at < now() order by expires_at limit 10 for update skip locked
       )
     )
     insert into sign_in_links (link_hash, agent_id, auth_epoch, expires_at)
     select :linkHash, id, auth_epoch, now() + make_interval(secs => :seconds) from agents where id = :agentId
     returning expires_at as "expiresAt"`,
    { linkHash, agentId, seconds },
  );
  return rows[0].expiresAt;
}

/** A link can be used once, in time, and while nothing has ended what the agent had when it was made. */
const GOOD = `l.link_hash = :linkHash and l.used_at is null and l.expires_at > now()
  and a.id = l.agent_id and a.auth_epoch = l.auth_epoch and a.disabled_at is null`;

/** Looks without using it up: programs that preview links do that. */
export async function findSignInLink(db: Db, linkHash: Buffer): Promise<LinkedAgent | undefined> {
  const { rows } = await db.raw<{ rows: LinkedAgent[] }>(
    `select a.name, a.fingerprint, a.role from sign_in_links l, agents a where ${GOOD}`,
    { linkHash },
  );
  return rows[0];
}

/** Uses the link up and begins a session, in one statement: of two browsers at once one gets it, and never neither. */
export async function signIn(
  db: Db,
  { linkHash, ...session }: { linkHash: Buffer; secretHash: Buffer; browser: string; seconds: number },
): Promise<{ sessionId: string; agentId: string } | undefined> {
  const { rows } = await db.raw<{ rows: { sessionId: string; agentId: string }[] }>(
    `with used as (
       update sign_in_links l set used_at = now() from agents a where ${GOOD} returning l.agent_id, l.auth_epoch
     ), ended as (
       delete from sessions where id in (
         select id from sessions where expires_at < now() order by expires_at limit 10 for update skip locked
       )
     )
     insert into sessions (secret_hash, agent_id, auth_epoch, browser, expires_at)
     select :secretHash, agent_id, auth_epoch, :browser, now() + make_interval(secs => :seconds) from used
     returning id as "sessionId", agent_id as "agentId"`,
    { linkHash, ...session },
  );
  return rows[0];
}
