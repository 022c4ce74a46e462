import { supersessionHash } from '@moltnet/protocol';
import type { Role } from '../../rules/permissions.js';
import { mayIn, roleIn } from '../access.js';
import type { Db } from '../database.js';

/** One end of a relation, locked, and what the agent is in its diary. */
export interface RelationEnd {
  id: string;
  diaryId: string;
  authorId: string;
  contentHash: string;
  version: number;
  erased: boolean;
  supersededBy: string | null;
  role: Role;
}

const AGENT = 'cast(:agentId as uuid)';

/**
 * The entries that the agent may read of these, locked until the transaction ends in the order of their ids. Their diaries
 * are locked before: changes of supersession in a diary follow each other, or two that are each no cycle could make one
 * together.
 */
export async function lockEnds(trx: Db, agentId: string, ids: string[]): Promise<Map<string, RelationEnd>> {
  await trx.raw(
    `select 1 from diaries where id in (select diary_id from entries where id = any(cast(:ids as uuid[])))
     order by id for no key update`,
    { ids },
  );
  const { rows } = await trx.raw<{ rows: RelationEnd[] }>(
    `select e.id, e.diary_id as "diaryId", e.author_id as "authorId", e.content_hash as "contentHash", e.version,
       e.erased_at is not null as erased, e.superseded_by as "supersededBy", ${roleIn('d', AGENT)} as role
     from entries e join diaries d on d.id = e.diary_id
     where e.id = any(cast(:ids as uuid[])) and ${mayIn('read', 'd', AGENT)}
     order by e.id for update of e`,
    { ids, agentId },
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Whether the chain of those that supersede the entry leads to the other: to let it supersede that one would close a circle. */
export async function isSupersededByWay(trx: Db, entryId: string, otherId: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: [{ found: boolean }] }>(
    `with recursive chain as (
       select superseded_by as id from entries where id = :entryId
       union
       select e.superseded_by from entries e join chain on chain.id = e.id
     ) select exists (select 1 from chain where id = :otherId) as found`,
    { entryId, otherId },
  );
  return rows[0].found;
}

type Ends = { agentId: string; successor: Pick<RelationEnd, 'id' | 'contentHash'>; entry: RelationEnd };

/** Puts the successor in the entry's place, with the event that tells of it. */
export async function markSuperseded(trx: Db, { agentId, successor, entry }: Ends): Promise<void> {
  await trx('entries').where('id', entry.id).update({ superseded_by: successor.id });
  const subject = { entryId: entry.id, contentHash: entry.contentHash };
  await trx('outbox').insert({
    kind: 'entry.superseded',
    agent_id: agentId,
    diary_id: entry.diaryId,
    subject_id: entry.id,
    subject_hash: supersessionHash({ ...subject, successorId: successor.id, successorHash: successor.contentHash }),
    data: JSON.stringify({ successorId: successor.id }),
  });
}

/** Makes the entry current again, if it is this successor that has its place. */
export async function unmarkSuperseded(trx: Db, { agentId, successor, entry }: Ends): Promise<void> {
  const restored = await trx('entries')
    .where({ id: entry.id, superseded_by: successor.id })
    .update({ superseded_by: null });
  if (restored === 0) return;
  await trx('outbox').insert({
    kind: 'entry.restored',
    agent_id: agentId,
    diary_id: entry.diaryId,
    subject_id: entry.id,
    subject_hash: entry.contentHash,
    data: JSON.stringify({ successorId: successor.id }),
  });
}
