import type { Knex } from 'knex';

/**
 * The log: a Merkle tree (RFC 6962) over what happened, which the sequencer makes of the outbox. A leaf belongs to a
 * chain: a diary's, an agent's (its keys), or that of all operators. Rows of log_leaves and log_tiles are never changed.
 * `log_head.pos` is how far the outbox has been looked through, so that rows which were placed before this migration
 * become leaves too. `down` forgets the chains' salts: what a later `up` begins is another log and needs another name.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table log_leaves (
      leaf_index bigint primary key check (leaf_index >= 0),
      kind text not null,
      chain_id uuid not null,
      seq bigint not null check (seq >= 1),
      prev_leaf bytea check (octet_length(prev_leaf) = 32),
      subject_id uuid not null,
      subject_hash bytea not null check (octet_length(subject_hash) = 32),
      author_key_id bytea not null check (octet_length(author_key_id) = 32),
      at timestamptz not null,
      leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
      unique (chain_id, seq),
      check ((prev_leaf is null) = (seq = 1))
    );
    create index log_leaves_by_subject on log_leaves (subject_id, leaf_index);

    create table log_heads (
      chain_id uuid primary key,
      salt bytea not null check (octet_length(salt) = 32),
      count bigint not null check (count >= 1),
      last_leaf bytea not null check (octet_length(last_leaf) = 32)
    );

    create table log_tiles (
      level smallint not null check (level >= 0),
      tile bigint not null check (tile >= 0),
      hashes bytea not null check (octet_length(hashes) = 8192),
      root bytea not null check (octet_length(root) = 32),
      primary key (level, tile)
    );

    create table log_head (
      only_one boolean primary key default true check (only_one),
      size bigint not null default 0 check (size >= 0),
      frontier bytea not null default '',
      pos bigint not null default 0 check (pos >= 0)
    );
    insert into log_head default values;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table log_head; drop table log_tiles; drop table log_heads; drop table log_leaves;');
}
