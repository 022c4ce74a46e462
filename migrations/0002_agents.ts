import type { Knex } from 'knex';

/**
 * Agents and the epochs of their keys. `id` is made of the first 16 bytes of SHA-256 of the first public key, so that
 * registering twice meets the same row; `key_id` is the whole hash and never changes, the current key may.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table agents (
      id uuid primary key,
      key_id text not null unique check (key_id ~ '^[0-9a-f]{64}$'),
      fingerprint text not null unique check (fingerprint ~ '^([0-9A-F]{4}-){3}[0-9A-F]{4}$'),
      name text not null default '' check (char_length(name) <= 100),
      kind text not null default 'agent' check (kind in ('agent', 'consolidator')),
      role text not null default 'agent' check (role in ('agent', 'operator')),
      auth_epoch integer not null default 1 check (auth_epoch >= 1),
      created_at timestamptz not null default now(),
      disabled_at timestamptz
    );

    create table agent_keys (
      key_id text primary key check (key_id ~ '^[0-9a-f]{64}$'),
      agent_id uuid not null references agents (id),
      epoch integer not null check (epoch >= 1),
      public_key text not null check (public_key ~ '^ed25519:[A-Za-z0-9+/]{43}=$'),
      valid_from timestamptz not null default now(),
      valid_until timestamptz,
      ended_because text,
      unique (agent_id, epoch)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table agent_keys; drop table agents;');
}
