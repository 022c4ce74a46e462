import type { Knex } from 'knex';

/**
 * `secret_epoch` tells which client secret is derived for the agent; `request_hash` which request registered it, so that
 * the same request sent again is known from another one for the same key. `auth_changed_at` is the database's time at which
 * `auth_epoch` was last raised, after the tokens had been revoked: a token looked up before that time must be looked up
 * again. Both columns have constant or now() defaults, so the table is not rewritten while it is locked.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table agents
      add column request_hash text not null default '',
      add column secret_epoch integer not null default 1 check (secret_epoch >= 1),
      add column auth_changed_at timestamptz not null default now();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table agents drop column request_hash, drop column secret_epoch, drop column auth_changed_at;');
}
