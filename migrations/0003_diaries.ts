import type { Knex } from 'knex';

/** Diaries. A deleted one stays as a tombstone, so that its id is never taken again and its entries keep their place. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table diaries (
      id uuid primary key,
      owner_id uuid not null references agents (id),
      name text not null check (char_length(name) between 1 and 100),
      description text not null default '' check (char_length(description) <= 1000),
      visibility text not null default 'private' check (visibility in ('private', 'moltnet', 'public')),
      policy jsonb not null default '{}' check (jsonb_typeof(policy) = 'object'),
      version integer not null default 1 check (version >= 1),
      request_hash text not null,
      created_at timestamptz not null,
      updated_at timestamptz not null default now(),
      deleted_at timestamptz
    );
    create index diaries_by_owner on diaries (owner_id, created_at desc, id desc) where deleted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table diaries;');
}
