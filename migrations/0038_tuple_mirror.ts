import type { Knex } from 'knex';

/**
 * How far the projection of access at the identity service has come. A diary and an agent count the changes that its tuples
 * follow from (grants do already, 0030): what is behind is brought up to date, and every path that changes a row counts,
 * an operator's update by hand too. `tuple_mirror` is the state of doing so in the whole deployment, `tuple_comparisons`
 * what came of comparing both sides, `tuple_sightings` what a comparison under way has seen at the identity service. The
 * new columns take a short lock and rewrite nothing.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table diaries add column tuples_version integer not null default 1,
      add column tuples_synced integer not null default 0;
    alter table agents add column tuples_version integer not null default 1,
      add column tuples_synced integer not null default 0;
    create index diaries_tuples_behind on diaries (id) where tuples_synced < tuples_version;
    create index agents_tuples_behind on agents (id) where tuples_synced < tuples_version;

    create function raise_tuples_version() returns trigger language plpgsql as $$
    begin
      new.tuples_version := old.tuples_version + 1;
      return new;
    end $$;
    create trigger diaries_raise_tuples_version before update of owner_id, visibility, deleted_at on diaries for each row
      when ((old.owner_id, old.visibility, old.deleted_at) is distinct from (new.owner_id, new.visibility, new.deleted_at))
      execute function raise_tuples_version();
    create trigger agents_raise_tuples_version before update of disabled_at on agents for each row
      when (old.disabled_at is distinct from new.disabled_at) execute function raise_tuples_version();

    create table tuple_mirror (
      only_one boolean primary key default true check (only_one),
      last_run text not null default '',
      failures integer not null default 0 check (failures >= 0),
      failing_since timestamptz,
      next_try_at timestamptz not null default now(),
      last_error text
    );
    insert into tuple_mirror default values;

    create table tuple_comparisons (
      id text primary key,
      started_at timestamptz not null default now(),
      finished_at timestamptz,
      listed integer,
      missing integer,
      extra integer not null default 0,
      sample jsonb not null default '[]',
      error text
    );

    create table tuple_sightings (
      comparison text not null references tuple_comparisons (id) on delete cascade,
      namespace text not null,
      object text not null,
      relation text not null,
      subject_namespace text not null,
      subject_object text not null,
      subject_relation text not null,
      primary key (comparison, namespace, object, relation, subject_namespace, subject_object, subject_relation)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table tuple_sightings; drop table tuple_comparisons; drop table tuple_mirror;
    drop trigger agents_raise_tuples_version on agents; drop trigger diaries_raise_tuples_version on diaries;
    drop function raise_tuples_version();
    alter table agents drop column tuples_version, drop column tuples_synced;
    alter table diaries drop column tuples_version, drop column tuples_synced;
  `);
}
