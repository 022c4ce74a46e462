import type { Knex } from 'knex';

/**
 * Bundles on their way in: the lines wait here until a run has checked them all, since one may be larger than memory or a
 * request. `placeholder`: an agent that nobody registered here, known by its key from an import; whoever registers the key
 * takes the row over.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table imports (
      id uuid primary key,
      diary_id uuid not null,
      agent_id uuid not null references agents (id),
      created_at timestamptz not null default now()
    );
    create table import_lines (
      import_id uuid not null references imports (id) on delete cascade,
      number integer not null check (number >= 1),
      entry_id uuid,
      line text not null,
      primary key (import_id, number)
    );
    create index import_lines_by_entry on import_lines (import_id, entry_id, number) where entry_id is not null;

    alter table agents add column placeholder boolean not null default false;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table agents drop column placeholder;
    drop table import_lines; drop table imports;
  `);
}
