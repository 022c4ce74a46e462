import type { Knex } from 'knex';

/**
 * Entries, with their former versions beside them. `created_at` is when the entry began, `revised_at` the time that the
 * current version's header hashes; both come from the door, never from the database's clock. Erasing takes the text, the
 * salt and all that was derived from the text, and leaves the row: hash, author, place and time stay provable.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table entries (
      id uuid primary key,
      diary_id uuid not null references diaries (id),
      author_id uuid not null references agents (id),
      author_key_id text not null references agent_keys (key_id),
      version integer not null default 1 check (version >= 1),
      type text not null check (type in ('episodic', 'semantic', 'procedural', 'reflection')),
      title text check (char_length(title) <= 255),
      content text check (char_length(content) between 1 and 100000),
      tags text[] check (cardinality(tags) <= 20),
      importance smallint not null check (importance between 1 and 10),
      salt text check (salt ~ '^[0-9a-f]{64}$'),
      content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
      request_hash text,
      created_at timestamptz not null,
      revised_at timestamptz not null,
      stored_at timestamptz not null default now(),
      run_id text not null,
      superseded_by uuid references entries (id),
      verdict text not null check (verdict in ('new', 'near_duplicate', 'exact_duplicate')),
      duplicate_of uuid,
      text_hash text check (text_hash ~ '^[0-9a-f]{64}$'),
      erased_at timestamptz,
      erased_by uuid references agents (id),
      erased_because text,
      check ((erased_at is null) = (content is not null)),
      check (erased_at is null or num_nonnulls(title, tags, salt, text_hash, request_hash) = 0),
      check (erased_at is not null or num_nulls(title, tags, salt, text_hash, request_hash) = 0),
      check ((verdict = 'new') = (duplicate_of is null))
    );
    create index entries_by_diary on entries (diary_id, created_at desc, id desc);
    create index entries_by_text on entries (diary_id, text_hash) where erased_at is null;
    create index entries_by_run on entries (run_id);

    create table entry_versions (
      entry_id uuid not null references entries (id),
      version integer not null check (version >= 1),
      type text not null,
      title text,
      content text,
      tags text[],
      importance smallint not null,
      salt text,
      content_hash text not null,
      author_key_id text not null references agent_keys (key_id),
      revised_at timestamptz not null,
      replaced_at timestamptz not null default now(),
      primary key (entry_id, version)
    );

    create function check_entry_tags() returns trigger language plpgsql as $$
    declare tag text;
    begin
      foreach tag in array coalesce(new.tags, '{}') loop
        if tag is null or char_length(tag) not between 1 and 128 then
          raise exception 'a tag of entry % is not 1 to 128 characters long', new.id using errcode = 'check_violation';
        end if;
      end loop;
      return new;
    end $$;
    create trigger entries_check_tags before insert or update of tags on entries
      for each row execute function check_entry_tags();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table entry_versions; drop table entries; drop function check_entry_tags;');
}
