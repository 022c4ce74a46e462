import type { SigningKey } from '../../rules/signingKey.js';
import type { Db } from '../database.js';

/** Keys by their ids, whosever they are; an id that no agent ever had is missing. */
export async function findSigningKeys(db: Db, keyIds: string[]): Promise<Map<string, SigningKey>> {
  const { rows } = await db.raw<{ rows: SigningKey[] }>(
    `select key_id as "keyId", agent_id as "agentId", public_key as "publicKey",
       case when valid_until <= now() then valid_until end as "endedAt"
     from agent_keys where key_id = any(?)`,
    [[...new Set(keyIds)]],
  );
  return new Map(rows.map((row) => [row.keyId, row]));
}
