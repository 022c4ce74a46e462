import type { Knex } from 'knex';

/**
 * What the write verdict needs to find near duplicates without reading texts: a MinHash sketch, its bands (each hashed
 * with the diary's id, so that one index serves all diaries and never mixes them), and a hash of the facts (numbers,
 * negations, identifiers) that must agree. See src/rules/similarity.ts.
 *
 * fastupdate is off: a pending list would be read through by every write that looks for its duplicates.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table entries
      add column similarity_bands integer[],
      add column similarity_sketch integer[],
      add column similarity_facts text,
      add check (erased_at is null or num_nonnulls(similarity_bands, similarity_sketch, similarity_facts) = 0);
    create index entries_by_similarity on entries using gin (similarity_bands) with (fastupdate = off);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index entries_by_similarity;
    alter table entries drop column similarity_bands, drop column similarity_sketch, drop column similarity_facts;
  `);
}
