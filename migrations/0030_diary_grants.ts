import type { Knex } from 'knex';

/**
 * Who has access to a diary besides its owner. One row per diary and agent: `role` is what the agent may do now, null when
 * access was revoked, and the row stays with its version, so that a grant which was decided before the revocation finds
 * that it comes too late. `synced_version` is how far the projection at the identity service has come. The changes keep
 * the id of each request, so that none counts twice, and tell who did what.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table diary_grants (
      diary_id uuid not null references diaries (id),
      agent_id uuid not null references agents (id),
      role text check (role in ('reader', 'writer', 'manager')),
      version integer not null check (version >= 1),
      changed_by uuid not null references agents (id),
      changed_at timestamptz not null,
      synced_version integer not null default 0 check (synced_version between 0 and version),
      primary key (diary_id, agent_id)
    );
    create index diary_grants_by_agent on diary_grants (agent_id, diary_id) where role is not null;
    create index diary_grants_unsynced on diary_grants (changed_at) where synced_version < version;

    create table diary_grant_changes (
      id uuid primary key,
      diary_id uuid not null,
      agent_id uuid not null,
      version integer not null,
      role text check (role in ('reader', 'writer', 'manager')),
      changed_by uuid not null references agents (id),
      changed_at timestamptz not null,
      unique (diary_id, agent_id, version),
      foreign key (diary_id, agent_id) references diary_grants
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table diary_grant_changes; drop table diary_grants;');
}
