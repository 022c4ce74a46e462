import type { Knex } from 'knex';

/**
 * Where registration is closed, who may register all the same. The code is derived of the id and kept as SHA-256 only; a use
 * is counted in the transaction that stores the agent, so an invitation for one brings one.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table invitations (
      id uuid primary key,
      code_hash bytea not null unique check (octet_length(code_hash) = 32),
      created_by uuid not null references agents (id),
      reason text not null check (char_length(reason) between 1 and 1000),
      max_uses integer not null check (max_uses between 1 and 10000),
      used integer not null default 0 check (used between 0 and max_uses),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      ended_at timestamptz
    );
    create index invitations_by_time on invitations (created_at desc, id desc);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table invitations;');
}
