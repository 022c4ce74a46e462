import type { Knex } from 'knex';

/**
 * What one entry says about another, with the evidence and both hashes as they were then. `superseded_by` of an entry is the
 * effect of an accepted `supersedes`, and `superseded_at` its time, by which a search as of an earlier time goes.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table entry_relations (
      id uuid primary key,
      from_id uuid not null references entries (id),
      to_id uuid not null references entries (id),
      type text not null check (type in
        ('supersedes', 'elaborates', 'contradicts', 'supports', 'caused_by', 'references', 'duplicates')),
      status text not null check (status in ('proposed', 'accepted', 'rejected', 'deleted')),
      evidence jsonb not null default '{}' check (jsonb_typeof(evidence) = 'object'),
      from_hash text not null check (from_hash ~ '^[0-9a-f]{64}$'),
      to_hash text not null check (to_hash ~ '^[0-9a-f]{64}$'),
      created_by uuid not null references agents (id),
      request_hash text not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      check (from_id <> to_id)
    );
    create unique index entry_relations_once on entry_relations (from_id, to_id, type) where status <> 'deleted';
    create index entry_relations_by_target on entry_relations (to_id);
    create unique index entry_relations_one_successor on entry_relations (to_id)
      where type = 'supersedes' and status = 'accepted';

    create index entries_by_successor on entries (superseded_by) where superseded_by is not null;
    alter table entries add column superseded_at timestamptz;
    update entries set superseded_at = now() where superseded_by is not null;

    create function stamp_supersession() returns trigger language plpgsql as $$
    begin
      new.superseded_at := case when new.superseded_by is null then null else now() end;
      return new;
    end $$;
    create trigger entries_stamp_supersession before update of superseded_by on entries for each row
      when (old.superseded_by is distinct from new.superseded_by) execute function stamp_supersession();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger entries_stamp_supersession on entries;
    drop function stamp_supersession;
    drop index entries_by_successor;
    alter table entries drop column superseded_at;
    drop table entry_relations;
  `);
}
