import type { Knex } from 'knex';

/**
 * Which entry a supersession put in another's place: the leaf has it only in a hash, and entries.superseded_by tells no
 * more of one that was taken back. Nullable without a default: no table is rewritten.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table log_leaves add column successor_id uuid;');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table log_leaves drop column successor_id;');
}
