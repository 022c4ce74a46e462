import type { Knex } from 'knex';

/** The clock finds the diaries that want consolidation without reading the others. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index diaries_consolidating on diaries (id)
      where deleted_at is null and policy @> '{"consolidation": {"enabled": true}}'
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index diaries_consolidating');
}
