import type { Knex } from 'knex';

/**
 * What the log has signed, and with which keys, one after the other: a key signs from the size on at which it began,
 * until the next one does. `log_head.refusal` is why the log does not sign now, for whoever asks how it does.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table log_keys (
      epoch integer primary key check (epoch >= 1),
      origin text not null,
      public_key text not null check (public_key ~ '^ed25519:[A-Za-z0-9+/]{43}=$'),
      from_size bigint not null check (from_size >= 0),
      change_note text,
      began_at timestamptz not null default now(),
      unique (origin, public_key)
    );

    create table log_checkpoints (
      size bigint primary key check (size >= 0),
      root bytea not null check (octet_length(root) = 32),
      epoch integer not null references log_keys,
      note text not null,
      signed_at timestamptz not null default now()
    );

    alter table log_head add column refusal text;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table log_head drop column refusal; drop table log_checkpoints; drop table log_keys;');
}
