import type { Knex } from 'knex';

/** Public diaries, which the feed begins with: few among all. Locks writes to diaries, of which there are not many. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index diaries_public on diaries (id) where visibility = 'public' and deleted_at is null;`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index diaries_public;');
}
