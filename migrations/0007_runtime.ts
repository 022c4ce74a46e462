import type { Knex } from 'knex';

/**
 * Who is alive (executors), who does what only one may do (leases), and what operators did. All times are the
 * database's: clocks of two machines never meet in one comparison.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table executors (
      id text primary key,
      app_version text not null,
      host text not null,
      pid integer not null,
      queues text[] not null default '{}',
      started_at timestamptz not null default now(),
      heartbeat_at timestamptz not null default now(),
      expires_at timestamptz not null,
      stopped_at timestamptz
    );
    create index executors_alive on executors (expires_at) where stopped_at is null;

    create table leases (
      name text primary key,
      holder text not null,
      expires_at timestamptz not null
    );

    create table operator_actions (
      id uuid primary key,
      actor_id uuid not null references agents (id),
      action text not null,
      target text not null,
      reason text not null check (char_length(reason) between 1 and 1000),
      before jsonb not null default '{}',
      after jsonb not null default '{}',
      at timestamptz not null default now()
    );
    create index operator_actions_by_target on operator_actions (target, at desc);
    create index operator_actions_by_time on operator_actions (at desc, id desc);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table operator_actions; drop table leases; drop table executors;');
}
