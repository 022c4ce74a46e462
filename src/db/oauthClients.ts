import type { Db } from './database.js';

/** The embedded identity server's OAuth2 clients. */
export interface OAuthClientRow {
  client_id: string;
  secret_hash: Buffer;
  /** Former secrets that a rotation left valid, newest first. */
  rotated_secret_hashes: Buffer[];
  client_name: string;
  scope: string;
  audience: string[];
  grant_types: string[];
  token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post';
  metadata: Record<string, unknown>;
  created_at: Date;
  updated_at: Date;
}

export type NewOAuthClient = Omit<OAuthClientRow, 'rotated_secret_hashes' | 'created_at' | 'updated_at'>;

/** Each rotation leaves one more secret valid until they are forgotten: more than a few means that nobody forgets them. */
const MAX_ROTATED = 5;

/** The row, or undefined when the id is taken; of two at once one gets the row. */
export async function insertOAuthClient(db: Db, client: NewOAuthClient): Promise<OAuthClientRow | undefined> {
  const [row] = await db<OAuthClientRow>('oauth_clients')
    .insert(client)
    .onConflict('client_id')
    .ignore()
    .returning('*');
  return row;
}

export async function findOAuthClient(db: Db, clientId: string): Promise<OAuthClientRow | undefined> {
  return db<OAuthClientRow>('oauth_clients').where({ client_id: clientId }).first();
}

/** Sets everything; secrets from before, rotated ones too, end with the statement when a new one is given. */
export async function replaceOAuthClient(
  db: Db,
  { client_id, secret_hash, ...rest }: Omit<NewOAuthClient, 'secret_hash'> & { secret_hash?: Buffer },
): Promise<OAuthClientRow | undefined> {
  const secret = secret_hash ? { secret_hash, rotated_secret_hashes: [] } : {};
  const [row] = await db<OAuthClientRow>('oauth_clients')
    .where({ client_id })
    .update({ ...rest, ...secret, updated_at: db.fn.now() as unknown as Date })
    .returning('*');
  return row;
}

/** The secret of this moment joins the rotated ones in the same statement, so of two rotations at once none is lost. */
export async function rotateOAuthClientSecret(
  db: Db,
  clientId: string,
  secretHash: Buffer,
): Promise<OAuthClientRow | undefined> {
  const { rows } = await db.raw<{ rows: OAuthClientRow[] }>(
    `update oauth_clients
        set secret_hash = :secretHash, updated_at = now(),
            rotated_secret_hashes = (array_prepend(secret_hash, rotated_secret_hashes))[1:${MAX_ROTATED}]
      where client_id = :clientId
      returning *`,
    { clientId, secretHash },
  );
  return rows[0];
}

export async function forgetRotatedSecrets(db: Db, clientId: string): Promise<OAuthClientRow | undefined> {
  const [row] = await db<OAuthClientRow>('oauth_clients')
    .where({ client_id: clientId })
    .update({ rotated_secret_hashes: [], updated_at: db.fn.now() as unknown as Date })
    .returning('*');
  return row;
}

/** Its tokens go with it. */
export async function deleteOAuthClient(db: Db, clientId: string): Promise<boolean> {
  return (await db('oauth_clients').where({ client_id: clientId }).delete()) > 0;
}
