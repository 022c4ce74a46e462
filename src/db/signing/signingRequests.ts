import type { NewSigningRequest, SigningRequestState } from '../../rules/signingRequest.js';
import type { Db } from '../database.js';

/** A request as its agent sees it: one whose time is up is `expired`, whether or not the clock has been there. */
export interface SigningRequest {
  id: string;
  agentId: string;
  kind: 'entries' | 'message';
  keyId: string;
  entryIds: string[];
  contentHashes: string[];
  messageHash: string | null;
  signingInput: string;
  state: SigningRequestState;
  reason: string | null;
  signature: string | null;
  requestHash: string;
  createdAt: Date;
  expiresAt: Date;
  answeredAt: Date | null;
}

const COLUMNS = `
  id, agent_id as "agentId", kind, key_id as "keyId", entry_ids as "entryIds", content_hashes as "contentHashes",
  message_hash as "messageHash", signing_input as "signingInput",
  case when state = 'open' and expires_at <= now() then 'expired' else state end as state, reason, signature,
  request_hash as "requestHash", created_at as "createdAt", expires_at as "expiresAt", answered_at as "answeredAt"`;

/** The agent's own request, and nobody else's. */
export async function findSigningRequest(
  db: Db,
  { id, agentId }: { id: string; agentId: string },
): Promise<SigningRequest | undefined> {
  const sql = `select ${COLUMNS} from signing_requests where id = ? and agent_id = ?`;
  return (await db.raw<{ rows: SigningRequest[] }>(sql, [id, agentId])).rows[0];
}

/** As findSigningRequest, whosever it is, locked until the transaction ends. */
export async function lockSigningRequest(trx: Db, id: string): Promise<SigningRequest | undefined> {
  const sql = `select ${COLUMNS} from signing_requests where id = ? for update`;
  return (await trx.raw<{ rows: SigningRequest[] }>(sql, [id])).rows[0];
}

/** The agent's requests, newest first. */
export async function listSigningRequests(
  db: Db,
  agentId: string,
  listing: {
    state?: SigningRequestState | undefined;
    before?: { createdAt: string; id: string } | undefined;
    limit: number;
  },
): Promise<SigningRequest[]> {
  const { rows } = await db.raw<{ rows: SigningRequest[] }>(
    `select * from (select ${COLUMNS} from signing_requests where agent_id = :agentId) requests
     where (cast(:state as text) is null or state = :state)
       and (cast(:createdAt as timestamptz) is null or ("createdAt", id) < (cast(:createdAt as timestamptz), cast(:id as uuid)))
     order by "createdAt" desc, id desc limit :limit`,
    {
      agentId,
      state: listing.state ?? null,
      createdAt: listing.before?.createdAt ?? null,
      id: listing.before?.id ?? null,
      limit: listing.limit,
    },
  );
  return rows;
}

/**
 * How many requests of the agent are open. Its row is locked until the transaction ends, so that two that count at once
 * follow each other.
 */
export async function countOpenRequests(trx: Db, agentId: string): Promise<number> {
  await trx.raw('select 1 from agents where id = ? for no key update', [agentId]);
  const { rows } = await trx.raw<{ rows: [{ count: number }] }>(
    `select count(*)::int as count from signing_requests
     where agent_id = ? and state = 'open' and expires_at > now()`,
    [agentId],
  );
  return rows[0].count;
}

/** Stores an open request. */
export async function insertSigningRequest(
  trx: Db,
  { id, agentId, requestHash, createdAt, expiresAt }: Omit<NewSigningRequest, 'subject'>,
  what: Pick<SigningRequest, 'kind' | 'keyId' | 'entryIds' | 'contentHashes' | 'messageHash' | 'signingInput'>,
): Promise<void> {
  await trx('signing_requests').insert({
    id,
    agent_id: agentId,
    kind: what.kind,
    key_id: what.keyId,
    entry_ids: what.entryIds,
    content_hashes: what.contentHashes,
    message_hash: what.messageHash,
    signing_input: what.signingInput,
    request_hash: requestHash,
    created_at: createdAt,
    expires_at: expiresAt,
  });
}

export async function settleSigningRequest(
  trx: Db,
  id: string,
  end: { state: 'signed'; signature: string; answeredAt: string } | { state: 'void'; reason: string },
): Promise<void> {
  const fields =
    end.state === 'signed' ? { signature: end.signature, answered_at: end.answeredAt } : { reason: end.reason };
  await trx('signing_requests')
    .where('id', id)
    .update({ state: end.state, ...fields });
}

/** Marks open requests whose time is up, at most `limit`; answers how many. */
export async function markExpired(db: Db, limit: number): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `update signing_requests set state = 'expired' where id in (
       select id from signing_requests where state = 'open' and expires_at <= now()
       order by expires_at limit ? for update skip locked)`,
    [limit],
  );
  return rowCount;
}

/** Forgets settled requests that were opened before `before`, at most `limit`; answers how many. Signatures stay with their entries. */
export async function forgetSigningRequests(db: Db, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `delete from signing_requests where id in (
       select id from signing_requests where state <> 'open' and created_at < ?
       order by created_at limit ? for update skip locked)`,
    [before, limit],
  );
  return rowCount;
}
