import type { Knex } from 'knex';

/**
 * What an erased text leaves: the commitment that its header, and so its content hash, was made with. With it the header
 * can be shown and hashed again, so that author, place and time stay provable; the text cannot be guessed from it, since the
 * salt is gone. Null while the text is there, from which it can be made. Nullable without a default: no table is rewritten.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table entries add column body_commitment text check (body_commitment ~ '^[0-9a-f]{64}$');
    alter table entry_versions add column body_commitment text check (body_commitment ~ '^[0-9a-f]{64}$');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table entry_versions drop column body_commitment;
    alter table entries drop column body_commitment;
  `);
}
