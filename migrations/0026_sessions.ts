import type { Knex } from 'knex';

/**
 * People's sessions in browsers. A session is good while its time lasts and its agent has the auth epoch that it began
 * with; to end it is to delete its row.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sessions (
      id uuid primary key default gen_random_uuid(),
      secret_hash bytea not null unique check (octet_length(secret_hash) = 32),
      agent_id uuid not null references agents (id) on delete cascade,
      auth_epoch integer not null,
      browser text not null default '' check (char_length(browser) <= 200),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index sessions_by_agent on sessions (agent_id, created_at);
    create index sessions_by_expiry on sessions (expires_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table sessions;');
}
