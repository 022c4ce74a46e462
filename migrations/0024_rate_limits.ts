import type { Knex } from 'knex';

/**
 * What the rate limits count, one row a key and window, for all processes on this database. Unlogged: a count is a short
 * update that waits for no disk, and after a crash of the database the windows begin anew, which is fine.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create unlogged table rate_limits (
      key text primary key check (char_length(key) between 1 and 200),
      count integer not null default 1 check (count >= 1),
      window_ends timestamptz not null
    );
    create index rate_limits_by_end on rate_limits (window_ends);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table rate_limits;');
}
