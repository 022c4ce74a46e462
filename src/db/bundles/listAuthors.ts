import type { Db } from '../database.js';

/** An author of a diary, with the keys that it has had. */
export interface Author {
  agentId: string;
  /** Names the agent in events of its keys. */
  firstKeyId: string;
  keys: { keyId: string; epoch: number; publicKey: string; reason: string | null }[];
}

/** Whoever wrote a version that is in the diary, by the keys that the headers name. */
export async function listAuthors(db: Db, diaryId: string): Promise<Author[]> {
  const { rows } = await db.raw<{ rows: Author[] }>(
    `with used as (
       select author_key_id from entries where diary_id = :diaryId
       union select v.author_key_id from entry_versions v join entries e on e.id = v.entry_id where e.diary_id = :diaryId
     )
     select a.id as "agentId", a.key_id as "firstKeyId",
       jsonb_agg(jsonb_build_object('keyId', k.key_id, 'epoch', k.epoch, 'publicKey', k.public_key, 'reason', k.reason)
         order by k.epoch) as keys
     from agents a join agent_keys k on k.agent_id = a.id
     where a.id in (select u.agent_id from agent_keys u join used on used.author_key_id = u.key_id)
     group by a.id order by a.id`,
    { diaryId },
  );
  return rows;
}
