import type { Knex } from 'knex';

/**
 * The author's signature beside what it signs. An entry is signed by the key that its header names and by no other, or a
 * signature would be ambiguous once keys are rotated. All columns are nullable without a default: no table is rewritten.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table entries
      add column signature text check (signature ~ '^[A-Za-z0-9+/]{86}==$'),
      add column signature_key_id text references agent_keys (key_id),
      add column signed_at timestamptz,
      add constraint entries_signed_by_author check (signature_key_id = author_key_id),
      add constraint entries_signature_whole check (num_nulls(signature, signature_key_id, signed_at) in (0, 3));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table entries drop column signature, drop column signature_key_id, drop column signed_at;');
}
