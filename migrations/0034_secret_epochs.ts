import type { Knex } from 'knex';

/**
 * A client secret is reserved first (`secret_epoch`, by the request `secret_request_hash`), then made known to the identity
 * service, then settled (`settled_secret_epoch`): between the two an executor may die, and the next one finds what to do.
 * Until `former_secret_until` the token endpoint takes the secret of `former_secret_epoch` as well: the last one that was
 * settled, and so told to the agent.
 *
 * `used_challenges` holds the answered recovery challenges until a day after they have expired; `used_by` is the request that
 * used one, so that its own repeated step is not taken for a replay.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table agents
      add column secret_request_hash text not null default '',
      add column settled_secret_epoch integer not null default 1 check (settled_secret_epoch >= 1),
      add column former_secret_epoch integer not null default 1,
      add column former_secret_until timestamptz;
    update agents set settled_secret_epoch = secret_epoch where secret_epoch > 1;

    create table used_challenges (
      challenge_hash bytea primary key check (octet_length(challenge_hash) = 32),
      used_by uuid not null,
      expires_at timestamptz not null
    );
    create index used_challenges_by_expiry on used_challenges (expires_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table used_challenges;
    alter table agents
      drop column former_secret_until, drop column former_secret_epoch, drop column settled_secret_epoch, drop column secret_request_hash;
  `);
}
