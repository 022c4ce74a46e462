import type { Knex } from 'knex';

/**
 * Vectors, one list partition a model: vectors of different models never meet in one index, and a retired model is a
 * dropped partition. `text_hash` says which text a vector was computed from. The state of an entry's embedding is kept
 * apart from the entry, so that computing vectors never touches (and never rewrites) the wide row.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table embedding_models (
      id smallint generated always as identity primary key,
      fingerprint text not null unique,
      name text not null,
      revision text not null,
      dtype text not null,
      semantic boolean not null,
      state text not null default 'filling' check (state in ('filling', 'active', 'retired')),
      created_at timestamptz not null default now(),
      activated_at timestamptz
    );
    create unique index embedding_models_one_active on embedding_models (state) where state = 'active';

    create table entry_embeddings (
      model_id smallint not null references embedding_models (id),
      entry_id uuid not null references entries (id),
      diary_id uuid not null,
      chunk smallint not null default 0,
      text_hash text not null,
      truncated boolean not null default false,
      embedding vector(384) not null,
      computed_at timestamptz not null default now(),
      primary key (model_id, entry_id, chunk)
    ) partition by list (model_id);
    create index entry_embeddings_by_diary on entry_embeddings (diary_id);

    create table embedding_tasks (
      entry_id uuid primary key references entries (id),
      state text not null default 'pending' check (state in ('pending', 'failed')),
      attempts integer not null default 0,
      error text,
      claim text,
      claimed_until timestamptz,
      due_at timestamptz not null default now(),
      created_at timestamptz not null default now()
    );
    create index embedding_tasks_due on embedding_tasks (due_at) where state = 'pending';
    create index embedding_tasks_by_claim on embedding_tasks (claim) where claim is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table embedding_tasks; drop table entry_embeddings; drop table embedding_models;');
}
