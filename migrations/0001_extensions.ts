import type { Knex } from 'knex';

/** pgvector holds the embeddings. Creating it needs a role that may; the message of a refusal says what to run. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create extension if not exists vector');
}

/** The extension may serve other schemas of the same database, so it stays. */
export async function down(): Promise<void> {}
