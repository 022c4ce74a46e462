import type { Knex } from 'knex';

/**
 * How a key ended, and which request made it. `ended_because` is the act, `reason` what was said about it;
 * `compromised_at` is the time from which its signatures are in doubt, which may be long before the key ended. The
 * partial index makes the database refuse a second present key, whoever tries. Small tables, locked for a moment.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table agent_keys
      add column reason text check (char_length(reason) <= 1000),
      add column compromised_at timestamptz,
      add column request_hash text not null default '',
      add constraint agent_keys_ended_because check (ended_because in ('rotated', 'revoked')),
      add constraint agent_keys_ends_after_start check (valid_until >= valid_from);
    create unique index agent_keys_present on agent_keys (agent_id) where valid_until is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index agent_keys_present;
    alter table agent_keys
      drop constraint agent_keys_ends_after_start, drop constraint agent_keys_ended_because,
      drop column request_hash, drop column compromised_at, drop column reason;
  `);
}
