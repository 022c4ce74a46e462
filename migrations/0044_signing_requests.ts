import type { Knex } from 'knex';

/**
 * Requests that wait for a signature, each a row with a state and a time: nothing waits in a run or in memory. A message is
 * kept by its hash only. `signature_path` says where an entry stands among those that one signature covers.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table signing_requests (
      id uuid primary key,
      agent_id uuid not null references agents (id),
      kind text not null check (kind in ('entries', 'message')),
      key_id text not null references agent_keys (key_id),
      entry_ids uuid[] not null default '{}' check (cardinality(entry_ids) <= 500),
      content_hashes text[] not null default '{}',
      message_hash text check (message_hash ~ '^[0-9a-f]{64}$'),
      signing_input text not null,
      state text not null default 'open' check (state in ('open', 'signed', 'expired', 'void')),
      reason text,
      signature text check (signature ~ '^[A-Za-z0-9+/]{86}==$'),
      request_hash text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null check (expires_at > created_at),
      answered_at timestamptz,
      check (cardinality(entry_ids) = cardinality(content_hashes)),
      check ((kind = 'message') = (message_hash is not null)),
      check ((state = 'signed') = (signature is not null)),
      check ((state = 'void') = (reason is not null))
    );
    create index signing_requests_by_agent on signing_requests (agent_id, created_at desc, id desc);
    create index signing_requests_open on signing_requests (expires_at) where state = 'open';
    create index signing_requests_settled on signing_requests (created_at) where state <> 'open';

    alter table entries
      add column signature_path jsonb check (jsonb_typeof(signature_path) = 'object'),
      add constraint entries_path_of_signature check (signature_path is null or signature is not null);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table entries drop column signature_path; drop table signing_requests;');
}
