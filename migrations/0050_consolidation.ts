import type { Knex } from 'knex';

/**
 * Consolidation runs and what they found. A run keeps ids and hashes of what it read, and spans into sources instead of
 * text: so that erasing a source leaves nothing of it here, and that whoever has the sources can compute all of it again.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table consolidation_runs (
      id uuid primary key,
      diary_id uuid not null references diaries (id),
      requested_by uuid references agents (id),
      dry_run boolean not null,
      state text not null default 'running'
        check (state in ('running', 'previewed', 'applied', 'failed', 'reverted')),
      parameters jsonb not null,
      inputs jsonb not null,
      report jsonb,
      started_at timestamptz not null default now(),
      finished_at timestamptz,
      reverted_at timestamptz,
      revertible_until timestamptz
    );
    create unique index consolidation_runs_one_active on consolidation_runs (diary_id)
      where state = 'running' and not dry_run;
    create index consolidation_runs_by_diary on consolidation_runs (diary_id, started_at desc, id desc);

    create table consolidation_groups (
      run_id uuid not null references consolidation_runs (id) on delete cascade,
      number smallint not null,
      sources uuid[] not null,
      medoid uuid not null,
      cohesion double precision not null,
      separation double precision not null,
      links jsonb not null,
      conflicts jsonb not null,
      sentences jsonb,
      successor_id uuid not null unique,
      state text not null default 'proposed' check (state in ('proposed', 'applied', 'dropped', 'reverted')),
      reason text,
      primary key (run_id, number)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table consolidation_groups; drop table consolidation_runs;');
}
