import type { Db } from './database.js';

/** The embedded identity server's access tokens; only their hashes are known. */
export interface OAuthTokenRow {
  client_id: string;
  scope: string;
  audience: string[];
  ext: Record<string, unknown>;
  /** Unix time in seconds. */
  iat: number;
  exp: number;
}

/**
 * Stores a token and removes what has expired of the same client, in one statement: the table cleans itself, and no client
 * pays for another's. False when the client was deleted in between, or the secret ended that was shown: the row is locked,
 * so a token is either refused, or there for whoever ends the secret first and then the tokens.
 */
export async function insertOAuthToken(
  db: Db,
  token: {
    tokenHash: Buffer;
    clientId: string;
    secretHash: Buffer;
    scope: string;
    audience: string[];
    ttlSeconds: number;
  },
): Promise<boolean> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `with expired as (
       delete from oauth_tokens where client_id = :clientId and expires_at <= now()
     )
     insert into oauth_tokens (token_hash, client_id, scope, audience, ext, expires_at)
     select :tokenHash, client_id, :scope, :audience::text[], metadata, now() + make_interval(secs => :ttlSeconds)
       from oauth_clients
      where client_id = :clientId and (secret_hash = :secretHash or :secretHash = any(rotated_secret_hashes))
        for share`,
    { ...token },
  );
  return rowCount === 1;
}

/** Undefined for a token that is unknown, revoked, or past its time by the database's clock. */
export async function findActiveToken(db: Db, tokenHash: Buffer): Promise<OAuthTokenRow | undefined> {
  const { rows } = await db.raw<{ rows: OAuthTokenRow[] }>(
    `select client_id, scope, audience, ext,
            extract(epoch from issued_at)::int as iat, extract(epoch from expires_at)::int as exp
       from oauth_tokens where token_hash = :tokenHash and expires_at > now()`,
    { tokenHash },
  );
  return rows[0];
}

/** Ends one token if it is the client's; anybody else's stays. */
export async function deleteOAuthToken(db: Db, clientId: string, tokenHash: Buffer): Promise<void> {
  await db('oauth_tokens').where({ client_id: clientId, token_hash: tokenHash }).delete();
}

export async function deleteClientTokens(db: Db, clientId: string): Promise<void> {
  await db('oauth_tokens').where({ client_id: clientId }).delete();
}
