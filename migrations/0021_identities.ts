import type { Knex } from 'knex';

/** The embedded identity server's identities, in the shape of Ory Kratos; unused where Ory is configured. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identities (
      id uuid primary key,
      external_id text unique check (char_length(external_id) between 1 and 64),
      schema_id text not null,
      traits jsonb not null check (jsonb_typeof(traits) = 'object'),
      state text not null default 'active' check (state in ('active', 'inactive')),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table identities;');
}
