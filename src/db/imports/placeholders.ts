import { fingerprint } from '@moltnet/protocol';
import { agentIdOf } from '../../rules/agentId.js';
import type { Db } from '../database.js';

/**
 * Makes an agent for each of these keys that nobody has here, in the caller's transaction: an author known by the key alone,
 * which cannot sign in. Never a key for an agent that is here: whoever makes a bundle would make its keys. The log learns of
 * the key before it learns of its entries. Answers how many it made.
 */
export async function addPlaceholders(
  trx: Db,
  keys: { keyId: string; publicKey: string }[],
  by: { keyId: string },
): Promise<number> {
  const rows = keys.map(({ keyId, publicKey }) => ({
    id: agentIdOf(keyId),
    keyId,
    publicKey,
    fingerprint: fingerprint(keyId),
  }));
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `with input as (
       select * from jsonb_to_recordset(:rows::jsonb) as i ("id" uuid, "keyId" text, "publicKey" text, "fingerprint" text)
       where not exists (select from agent_keys k where k.key_id = i."keyId")
     ), made as (
       insert into agents (id, key_id, fingerprint, placeholder, disabled_at)
       select "id", "keyId", "fingerprint", true, now() from input on conflict do nothing returning id
     ), keys as (
       insert into agent_keys (key_id, agent_id, epoch, public_key)
       select i."keyId", i."id", 1, i."publicKey" from input i join made m on m.id = i."id"
     )
     insert into outbox (kind, agent_id, subject_id, subject_hash, data)
     select 'key', i."id", i."id", i."keyId", jsonb_build_object('keyId', cast(:keyId as text))
     from input i join made m on m.id = i."id"`,
    { rows: JSON.stringify(rows), keyId: by.keyId },
  );
  return rowCount;
}

/** Which of these keys are known here. */
export async function listKnownKeys(db: Db, keyIds: string[]): Promise<Set<string>> {
  const known = (await db('agent_keys').whereIn('key_id', keyIds).pluck('key_id')) as string[];
  return new Set(known);
}

/** The keys that an agent has or had. */
export async function listKeyIds(db: Db, agentId: string): Promise<Set<string>> {
  return new Set((await db('agent_keys').where('agent_id', agentId).pluck('key_id')) as string[]);
}
