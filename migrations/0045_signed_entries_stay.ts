import type { Knex } from 'knex';

/**
 * What is signed stays as it was signed, whoever writes the SQL: of a signed entry only what is no part of the signature may
 * change (who supersedes it, what is derived), and its text may only be erased, whole. What is erased stays so, and a signed
 * row is never deleted. The owner of the table can take the trigger away; the readers' verification and the log show that.
 *
 * `when` keeps the function from running for the many updates of rows that are neither signed nor erased.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function keep_signed_entry() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then
        raise exception 'the entry % is signed or erased: its row stays', old.id
          using errcode = 'check_violation', constraint = 'entries_signed_stay';
      end if;
      if old.erased_at is not null and (new.erased_at is distinct from old.erased_at or new.id <> old.id) then
        raise exception 'the entry % is erased, and stays so', old.id
          using errcode = 'check_violation', constraint = 'entries_erased_stay';
      end if;
      if old.signature is null then
        return new;
      end if;
      if (new.id, new.diary_id, new.author_id, new.author_key_id, new.version, new.type, new.importance, new.content_hash,
          new.created_at, new.revised_at, new.signature, new.signature_key_id, new.signed_at, new.signature_path)
        is distinct from
         (old.id, old.diary_id, old.author_id, old.author_key_id, old.version, old.type, old.importance, old.content_hash,
          old.created_at, old.revised_at, old.signature, old.signature_key_id, old.signed_at, old.signature_path)
        or (new.erased_at is null and
          (new.title, new.content, new.tags, new.salt) is distinct from (old.title, old.content, old.tags, old.salt)) then
        raise exception 'the entry % is signed: only its erasure changes it', old.id
          using errcode = 'check_violation', constraint = 'entries_signed_stay';
      end if;
      return new;
    end $$;
    create trigger entries_keep_signed before update on entries for each row
      when (old.signature is not null or old.erased_at is not null) execute function keep_signed_entry();
    create trigger entries_keep_signed_rows before delete on entries for each row
      when (old.signature is not null or old.erased_at is not null) execute function keep_signed_entry();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger entries_keep_signed_rows on entries;
    drop trigger entries_keep_signed on entries;
    drop function keep_signed_entry;
  `);
}
