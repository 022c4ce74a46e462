import type { Knex } from 'knex';

/**
 * The MCP server's assertions that were used, so that each counts once in the whole deployment and not once in each
 * process. A row outlives its assertion by the clock tolerance at most, then it is removed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table used_assertions (
      jti_hash bytea primary key,
      expires_at timestamptz not null
    );
    create index used_assertions_by_expiry on used_assertions (expires_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table used_assertions;');
}
