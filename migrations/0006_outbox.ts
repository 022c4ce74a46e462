import type { Knex } from 'knex';

/**
 * One row per event, written in the transaction that it reports. `pos` is null until the sequencer gives it a place in
 * commit-safe, dense order; readers (event streams, later webhooks and the log) see only rows that have one. The last
 * position given is kept apart, in one row: it survives rows that retention takes from the end.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table outbox (
      id bigint generated always as identity primary key,
      kind text not null,
      agent_id uuid not null,
      diary_id uuid,
      subject_id uuid not null,
      subject_hash text,
      data jsonb not null default '{}',
      at timestamptz not null default now(),
      pos bigint unique
    );
    create index outbox_unsequenced on outbox (id) where pos is null;
    create index outbox_by_diary on outbox (diary_id, pos) where pos is not null;

    create table outbox_head (
      only_one boolean primary key default true check (only_one),
      pos bigint not null default 0 check (pos >= 0)
    );
    insert into outbox_head default values;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table outbox_head; drop table outbox;');
}
