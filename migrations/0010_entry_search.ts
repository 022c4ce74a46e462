import type { Knex } from 'knex';

/**
 * What full-text search reads, in a table of its own: an edit of an entry's state never touches the inverted index, and
 * its rows are narrower than entries, so that reading the postings of a word touches fewer pages.
 *
 * One function makes lexemes of a text, for entries and for queries alike, so that they always agree:
 * - words, by Postgres' english configuration, after the characters that would make its parser see URLs, files, hosts,
 *   signed numbers or markup have become spaces: an identifier is found by its parts;
 * - identifiers whole (`src/db/a.ts`, `ERR_X`, UUIDs, versions, e-mail addresses), lower case, never stemmed, and the last
 *   segment of a path; camelCase as one word and by its parts;
 * - scripts without spaces, and emoji, as single characters and pairs of neighbours;
 * - tags also whole, as `#tag`, which no text can produce.
 *
 * The limits of a tsvector (1 MB; 2 KB a lexeme) are kept by bounds on what is taken: no text is refused for its form.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(LEXEMES);
  await knex.raw(TABLE);
  await knex.raw(TRIGGERS);
  await knex.raw(`
    insert into entry_search (entry_id, diary_id, superseded, tokens, lexemes)
    select id, diary_id, superseded_by is not null, length(lexemes), lexemes
      from (select id, diary_id, superseded_by, entry_lexemes(title, tags, content) as lexemes
              from entries where erased_at is null offset 0) texts;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger entries_insert_search on entries;
    drop trigger entries_update_search on entries;
    drop trigger entries_supersede_search on entries;
    drop function insert_entry_search, update_entry_search, supersede_entry_search;
    drop table entry_search;
    drop function entry_lexemes, search_keys, search_lexemes, search_pieces;
  `);
}

/** Han, Kana, Hangul, Bopomofo, Yi, Thai, Lao, Burmese, Khmer, and emoji. */
const UNSPACED = String.raw`\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2600-\u27bf\u2e80-\u2fdf\u3005-\u3007\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U0001f000-\U0001faff\U00020000-\U0003ffff`;
/** What the parser would build something of its own from, and punctuation that it takes for letters in some locales. */
const SEPARATORS = String.raw`-_./@:<&+\\\u0080-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2000-\u206f\u20a0-\u20cf\u2190-\u25ff\u2800-\u2bff\u3000-\u3004\u3008-\u3030\ufe00-\ufe0f\uff00-\uff0f`;

const LEXEMES = String.raw`
  create function search_pieces(body text) returns tsvector language sql immutable parallel safe as $$
    select string_agg(
             piece || ':' || at || case when pair then ' ' || piece || following || ':' || at else '' end, ' ')::tsvector
      from (select piece, following, least(n, 16383) as at, following <> ' ' as pair
              from (select piece, n, lead(piece) over (order by n) as following
                      from unnest(string_to_array(left((
                             select string_agg(run[1], ' ') from regexp_matches(body, '[${UNSPACED}]+', 'g') run
                           ), 30000), null)) with ordinality pieces (piece, n)) pieces
             where piece <> ' ') pairs
  $$;

  create function search_lexemes(body text) returns tsvector language plpgsql immutable parallel safe as $$
  declare
    words text := case when octet_length(body) > 250000 then left(body, 50000) else body end;
    pieces tsvector;
    humps text := '';
    whole text[];
    found tsvector;
  begin
    if words ~ '[${UNSPACED}]' then
      pieces := search_pieces(words);
      words := regexp_replace(words, '[${UNSPACED}]+', ' ', 'g');
    end if;
    if words ~ '[[:lower:][:digit:]][[:upper:]]|[[:upper:]]{2}[[:lower:]]' then
      select string_agg(word[1], ' ') into humps
        from regexp_matches(words, '[[:alnum:]]*(\?:[[:lower:][:digit:]][[:upper:]]|[[:upper:]]{2}[[:lower:]])[[:alnum:]]*', 'g') word;
      humps := ' ' || regexp_replace(regexp_replace(humps, '([[:lower:][:digit:]])([[:upper:]])', '\1 \2', 'g'),
                                     '([[:upper:]])([[:upper:]][[:lower:]])', '\1 \2', 'g');
    end if;
    found := to_tsvector('pg_catalog.english', lower(regexp_replace(words, '[${SEPARATORS}]', ' ', 'g') || humps));
    whole := array(select lower(left(word[1], 400))
                     from regexp_matches(words, '[[:alnum:]]+(\?:[-_./@:+]+[[:alnum:]]+)+', 'g') word);
    if cardinality(whole) > 0 then
      found := found || array_to_tsvector(whole || array(
        select segment from (select substring(path from '/([^/]*[-_.@:+][^/]*)$') as segment from unnest(whole) path) s
         where segment is not null));
    end if;
    return case when pieces is null then found else found || pieces end;
  end $$;

  create function entry_lexemes(title text, tags text[], content text) returns tsvector
    language sql immutable parallel safe as $$
    select setweight(search_lexemes(title), 'A')
        || setweight(search_lexemes(array_to_string(tags, ' ')), 'B')
        || array_to_tsvector(array(select '#' || tag from unnest(tags) tag))
        || search_lexemes(content)
  $$;

  create function search_keys(lexemes tsvector, diary uuid) returns bigint[] language sql immutable parallel safe as $$
    select array(select (uuid_hash(diary)::bigint << 32) | (hashtext(lexeme)::bigint & 4294967295)
                   from unnest(tsvector_to_array(lexemes)) lexeme)
  $$;
`;

/**
 * An inverted index of (diary, lexeme): measured against an index over all diaries' lexemes AND-ed with the diary, it
 * counts a word within a diary of 10,000 in 2 ms instead of 27-85. The diary is the upper half of a key, so that what one
 * agent writes falls onto neighbouring pages. Entries wait in a pending list, which is sorted in at 4 MB (a thousand
 * entries; whoever fills it, or autovacuum, does it): shorter, it costs writes more than it spares searches, which read
 * it through at 2 ms a megabyte.
 */
const TABLE = `
  create table entry_search (
    entry_id uuid primary key references entries (id) on delete cascade,
    diary_id uuid not null,
    superseded boolean not null,
    tokens integer not null,
    lexemes tsvector not null
  ) with (fillfactor = 95);
  alter table entry_search alter column lexemes set storage external;
  alter table entry_search alter column lexemes set statistics 0;
  create index entry_search_by_diary on entry_search (diary_id, entry_id) include (tokens);
  create index entry_search_by_key on entry_search using gin (search_keys(lexemes, diary_id))
    with (fastupdate = on, gin_pending_list_limit = 4096);
`;

const TRIGGERS = `
  create function insert_entry_search() returns trigger language plpgsql as $$
  begin
    insert into entry_search (entry_id, diary_id, superseded, tokens, lexemes)
    select new.id, new.diary_id, new.superseded_by is not null, length(lexemes), lexemes
      from entry_lexemes(new.title, new.tags, new.content) lexemes;
    return null;
  end $$;

  create function update_entry_search() returns trigger language plpgsql as $$
  begin
    delete from entry_search where entry_id = new.id;
    if new.erased_at is null then
      insert into entry_search (entry_id, diary_id, superseded, tokens, lexemes)
      select new.id, new.diary_id, new.superseded_by is not null, length(lexemes), lexemes
        from entry_lexemes(new.title, new.tags, new.content) lexemes;
    end if;
    return null;
  end $$;

  create function supersede_entry_search() returns trigger language plpgsql as $$
  begin
    update entry_search set superseded = new.superseded_by is not null where entry_id = new.id;
    return null;
  end $$;

  create trigger entries_insert_search after insert on entries
    for each row when (new.erased_at is null) execute function insert_entry_search();
  create trigger entries_update_search after update of title, tags, content, diary_id on entries
    for each row when ((old.title, old.tags, old.content, old.diary_id)
      is distinct from (new.title, new.tags, new.content, new.diary_id)) execute function update_entry_search();
  create trigger entries_supersede_search after update of superseded_by on entries
    for each row when (old.superseded_by is distinct from new.superseded_by) execute function supersede_entry_search();
`;
