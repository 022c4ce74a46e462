import { setImmediate } from 'node:timers/promises';
import type { Frontier } from '@moltnet/protocol';
import {
  chainOf,
  growLog,
  LEAF_KIND_OF_EVENT,
  type Chain,
  type Growth,
  type LeafEvent,
} from '../../rules/logLeaves.js';
import type { Db } from '../database.js';

/** Leaves hashed at a stretch, about two milliseconds: requests are answered in between. */
const CHUNK = 200;
const LEAF_EVENTS = Object.keys(LEAF_KIND_OF_EVENT);

/**
 * Looks through up to `limit` placed outbox rows behind the last one looked at, and adds a leaf for each that is one, if
 * `holder` holds the lease `lease`; undefined if it does not. `looked` is how many there were, `size` the tree's size.
 *
 * The promise: every placed row of a leaf's kind becomes exactly one leaf, in the order of places. Leaves, tiles, chains
 * and how far the outbox was read are one commit, and only placed rows are read, so a leaf never precedes its commit.
 */
export function appendLeaves(
  db: Db,
  { lease, holder, limit }: { lease: string; holder: string; limit: number },
): Promise<{ size: number; looked: number } | undefined> {
  return db.transaction(async (trx) => {
    const head = await lockHead(trx, lease, holder);
    if (!head) return undefined;
    const { events, looked, pos } = await readEvents(trx, head.pos, limit);
    if (looked === 0) return { size: head.frontier.size, looked };
    const chains = await readChains(trx, [...new Set(events.map(chainOf))]);
    const growth: Growth = { frontier: head.frontier, chains, leaves: [], tiles: [] };
    for (let from = 0; from < events.length; from += CHUNK) {
      growLog(growth, events.slice(from, from + CHUNK));
      await setImmediate();
    }
    await store(trx, growth, pos);
    return { size: growth.frontier.size, looked };
  });
}

async function lockHead(
  trx: Db,
  lease: string,
  holder: string,
): Promise<{ frontier: Frontier; pos: number } | undefined> {
  const { rows } = await trx.raw<{ rows: { size: string; frontier: Buffer; pos: string }[] }>(
    `select h.size, h.frontier, h.pos from leases l cross join log_head h
     where l.name = :lease and l.holder = :holder for update of l, h`,
    { lease, holder },
  );
  const row = rows[0];
  if (!row) return undefined;
  const hashes = Array.from({ length: row.frontier.length / 32 }, (_, i) => row.frontier.subarray(32 * i, 32 * i + 32));
  return { frontier: { size: Number(row.size), hashes }, pos: Number(row.pos) };
}

async function readEvents(
  trx: Db,
  after: number,
  limit: number,
): Promise<{ events: LeafEvent[]; looked: number; pos: number }> {
  const { rows } = await trx.raw<{ rows: (LeafEvent & { pos: string; isLeaf: boolean })[] }>(
    `select o.pos, o.kind = any(:kinds) as "isLeaf", o.kind, o.diary_id as "diaryId", o.subject_id as "subjectId",
       o.subject_hash as "subjectHash", o.at,
       case when o.kind = 'entry.erased' then (select e.erased_because from entries e where e.id = o.subject_id) end
         as reason,
       case when o.kind like 'key.%' then (
         select jsonb_build_object('agentKeyId', a.key_id, 'keyId', k.key_id, 'epoch', k.epoch, 'reason', k.reason,
           'isEnding', k.valid_until = o.at)
         from agents a join agent_keys k on k.agent_id = a.id and k.key_id = o.data ->> 'keyId' where a.id = o.subject_id)
         end as key,
       case when o.kind = 'entry.superseded' then o.data ->> 'successorId' end as "successorId",
       case when o.kind = any(:kinds) then coalesce(o.data ->> 'keyId',
         (select k.key_id from agent_keys k where k.agent_id = o.agent_id and k.valid_from <= o.at
          order by k.epoch desc limit 1),
         repeat('0', 64)) end as "authorKeyId"
     from outbox o where o.pos > :after order by o.pos limit :limit`,
    { after, limit, kinds: LEAF_EVENTS },
  );
  const events = rows.filter((row) => row.isLeaf);
  return { events, looked: rows.length, pos: Number(rows.at(-1)?.pos ?? after) };
}

async function readChains(trx: Db, ids: string[]): Promise<Map<string, Chain>> {
  const { rows } = await trx.raw<{ rows: (Omit<Chain, 'count'> & { count: string })[] }>(
    `select chain_id as "chainId", encode(salt, 'hex') as salt, count, encode(last_leaf, 'hex') as "lastLeaf"
     from log_heads where chain_id = any(:ids)`,
    { ids },
  );
  return new Map(rows.map((row) => [row.chainId, { ...row, count: Number(row.count) }]));
}

async function store(trx: Db, { frontier, chains, leaves, tiles }: Growth, pos: number): Promise<void> {
  await trx.raw(
    `with leaves as (
       insert into log_leaves (leaf_index, kind, chain_id, seq, prev_leaf, subject_id, subject_hash, author_key_id, at, leaf_hash,
         successor_id)
       select "leafIndex", kind, "chainId", seq, decode(nullif("prevLeaf", ''), 'hex'), "subjectId",
         decode("subjectHash", 'hex'), decode("authorKeyId", 'hex'), at, decode("leafHash", 'hex'), "successorId"
       from jsonb_to_recordset(:leaves::jsonb) as i (
         "leafIndex" bigint, kind text, "chainId" uuid, seq bigint, "prevLeaf" text, "subjectId" uuid, "subjectHash" text,
         "authorKeyId" text, at timestamptz, "leafHash" text, "successorId" uuid)
     ), heads as (
       insert into log_heads (chain_id, salt, count, last_leaf)
       select "chainId", decode(salt, 'hex'), count, decode("lastLeaf", 'hex')
       from jsonb_to_recordset(:chains::jsonb) as i ("chainId" uuid, salt text, count bigint, "lastLeaf" text)
       on conflict (chain_id) do update set count = excluded.count, last_leaf = excluded.last_leaf
     )
     update log_head set size = :size, frontier = :frontier, pos = :pos`,
    {
      leaves: JSON.stringify(leaves),
      chains: JSON.stringify([...chains.values()]),
      size: frontier.size,
      frontier: Buffer.concat(frontier.hashes),
      pos,
    },
  );
  for (const { level, tile, root } of tiles) await storeTile(trx, level, tile, root);
}

/** A tile's hashes are the leaves', or the roots of the tiles below it. */
async function storeTile(trx: Db, level: number, tile: number, root: string): Promise<void> {
  const below =
    level === 0
      ? `select string_agg(leaf_hash, ''::bytea order by leaf_index) from log_leaves
         where leaf_index >= :first and leaf_index < :first + 256`
      : `select string_agg(root, ''::bytea order by tile) from log_tiles
         where level = :level - 1 and tile >= :first and tile < :first + 256`;
  await trx.raw(
    `insert into log_tiles (level, tile, hashes, root) values (:level, :tile, (${below}), decode(:root, 'hex'))`,
    { level, tile, root, first: tile * 256 },
  );
}
