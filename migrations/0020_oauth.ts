import type { Knex } from 'knex';

/**
 * The embedded identity server's OAuth2 clients and tokens, unused where Ory is configured. Only hashes are kept. A plain
 * SHA-256 is enough: secrets and tokens are 256 random bits, which no dictionary holds and no hardware can try; a slow
 * hash would add its cost to every token and protect nothing.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table oauth_clients (
      client_id text primary key check (char_length(client_id) between 1 and 255),
      secret_hash bytea not null check (octet_length(secret_hash) = 32),
      rotated_secret_hashes bytea[] not null default '{}',
      client_name text not null default '',
      scope text not null default '',
      audience text[] not null default '{}',
      grant_types text[] not null default '{client_credentials}',
      token_endpoint_auth_method text not null default 'client_secret_basic'
        check (token_endpoint_auth_method in ('client_secret_basic', 'client_secret_post')),
      metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );

    create table oauth_tokens (
      token_hash bytea primary key check (octet_length(token_hash) = 32),
      client_id text not null references oauth_clients (client_id) on delete cascade,
      scope text not null,
      audience text[] not null,
      ext jsonb not null,
      issued_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index oauth_tokens_by_client on oauth_tokens (client_id, expires_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table oauth_tokens; drop table oauth_clients;');
}
