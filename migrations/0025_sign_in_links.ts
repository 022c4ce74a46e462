import type { Knex } from 'knex';

/**
 * Links that sign a person in as an agent, once and within minutes. Only a hash is kept (256 random bits need no slow one),
 * and the auth epoch that the agent had: what ends its tokens ends its open links.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sign_in_links (
      link_hash bytea primary key check (octet_length(link_hash) = 32),
      agent_id uuid not null references agents (id) on delete cascade,
      auth_epoch integer not null,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index sign_in_links_by_expiry on sign_in_links (expires_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table sign_in_links;');
}
