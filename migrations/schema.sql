-- Made from the migrations by `npm run schema`; a test compares it with a migrated database.

create extension vector;

create table agent_keys (
  key_id text not null,
  agent_id uuid not null,
  epoch integer not null,
  public_key text not null,
  valid_from timestamp with time zone not null default now(),
  valid_until timestamp with time zone,
  ended_because text,
  reason text,
  compromised_at timestamp with time zone,
  request_hash text not null default ''::text,
  constraint agent_keys_pkey PRIMARY KEY (key_id),
  constraint agent_keys_agent_id_epoch_key UNIQUE (agent_id, epoch),
  constraint agent_keys_ended_because CHECK ((ended_because = ANY (ARRAY['rotated'::text, 'revoked'::text]))),
  constraint agent_keys_ends_after_start CHECK ((valid_until >= valid_from)),
  constraint agent_keys_epoch_check CHECK ((epoch >= 1)),
  constraint agent_keys_key_id_check CHECK ((key_id ~ '^[0-9a-f]{64}$'::text)),
  constraint agent_keys_public_key_check CHECK ((public_key ~ '^ed25519:[A-Za-z0-9+/]{43}=$'::text)),
  constraint agent_keys_reason_check CHECK ((char_length(reason) <= 1000)),
  constraint agent_keys_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
);

create table agents (
  id uuid not null,
  key_id text not null,
  fingerprint text not null,
  name text not null default ''::text,
  kind text not null default 'agent'::text,
  role text not null default 'agent'::text,
  auth_epoch integer not null default 1,
  created_at timestamp with time zone not null default now(),
  disabled_at timestamp with time zone,
  request_hash text not null default ''::text,
  secret_epoch integer not null default 1,
  auth_changed_at timestamp with time zone not null default now(),
  secret_request_hash text not null default ''::text,
  settled_secret_epoch integer not null default 1,
  former_secret_epoch integer not null default 1,
  former_secret_until timestamp with time zone,
  tuples_version integer not null default 1,
  tuples_synced integer not null default 0,
  placeholder boolean not null default false,
  constraint agents_pkey PRIMARY KEY (id),
  constraint agents_fingerprint_key UNIQUE (fingerprint),
  constraint agents_key_id_key UNIQUE (key_id),
  constraint agents_auth_epoch_check CHECK ((auth_epoch >= 1)),
  constraint agents_fingerprint_check CHECK ((fingerprint ~ '^([0-9A-F]{4}-){3}[0-9A-F]{4}$'::text)),
  constraint agents_key_id_check CHECK ((key_id ~ '^[0-9a-f]{64}$'::text)),
  constraint agents_kind_check CHECK ((kind = ANY (ARRAY['agent'::text, 'consolidator'::text]))),
  constraint agents_name_check CHECK ((char_length(name) <= 100)),
  constraint agents_role_check CHECK ((role = ANY (ARRAY['agent'::text, 'operator'::text]))),
  constraint agents_secret_epoch_check CHECK ((secret_epoch >= 1)),
  constraint agents_settled_secret_epoch_check CHECK ((settled_secret_epoch >= 1))
);

create table consolidation_groups (
  run_id uuid not null,
  number smallint not null,
  sources uuid[] not null,
  medoid uuid not null,
  cohesion double precision not null,
  separation double precision not null,
  links jsonb not null,
  conflicts jsonb not null,
  sentences jsonb,
  successor_id uuid not null,
  state text not null default 'proposed'::text,
  reason text,
  constraint consolidation_groups_pkey PRIMARY KEY (run_id, number),
  constraint consolidation_groups_successor_id_key UNIQUE (successor_id),
  constraint consolidation_groups_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'applied'::text, 'dropped'::text, 'reverted'::text]))),
  constraint consolidation_groups_run_id_fkey FOREIGN KEY (run_id) REFERENCES consolidation_runs(id) ON DELETE CASCADE
);

create table consolidation_runs (
  id uuid not null,
  diary_id uuid not null,
  requested_by uuid,
  dry_run boolean not null,
  state text not null default 'running'::text,
  parameters jsonb not null,
  inputs jsonb not null,
  report jsonb,
  started_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  reverted_at timestamp with time zone,
  revertible_until timestamp with time zone,
  constraint consolidation_runs_pkey PRIMARY KEY (id),
  constraint consolidation_runs_state_check CHECK ((state = ANY (ARRAY['running'::text, 'previewed'::text, 'applied'::text, 'failed'::text, 'reverted'::text]))),
  constraint consolidation_runs_diary_id_fkey FOREIGN KEY (diary_id) REFERENCES diaries(id),
  constraint consolidation_runs_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES agents(id)
);

create table diaries (
  id uuid not null,
  owner_id uuid not null,
  name text not null,
  description text not null default ''::text,
  visibility text not null default 'private'::text,
  policy jsonb not null default '{}'::jsonb,
  version integer not null default 1,
  request_hash text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  tuples_version integer not null default 1,
  tuples_synced integer not null default 0,
  constraint diaries_pkey PRIMARY KEY (id),
  constraint diaries_description_check CHECK ((char_length(description) <= 1000)),
  constraint diaries_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
  constraint diaries_policy_check CHECK ((jsonb_typeof(policy) = 'object'::text)),
  constraint diaries_version_check CHECK ((version >= 1)),
  constraint diaries_visibility_check CHECK ((visibility = ANY (ARRAY['private'::text, 'moltnet'::text, 'public'::text]))),
  constraint diaries_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES agents(id)
);

create table diary_grant_changes (
  id uuid not null,
  diary_id uuid not null,
  agent_id uuid not null,
  version integer not null,
  role text,
  changed_by uuid not null,
  changed_at timestamp with time zone not null,
  constraint diary_grant_changes_pkey PRIMARY KEY (id),
  constraint diary_grant_changes_diary_id_agent_id_version_key UNIQUE (diary_id, agent_id, version),
  constraint diary_grant_changes_role_check CHECK ((role = ANY (ARRAY['reader'::text, 'writer'::text, 'manager'::text]))),
  constraint diary_grant_changes_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES agents(id),
  constraint diary_grant_changes_diary_id_agent_id_fkey FOREIGN KEY (diary_id, agent_id) REFERENCES diary_grants(diary_id, agent_id)
);

create table diary_grants (
  diary_id uuid not null,
  agent_id uuid not null,
  role text,
  version integer not null,
  changed_by uuid not null,
  changed_at timestamp with time zone not null,
  synced_version integer not null default 0,
  constraint diary_grants_pkey PRIMARY KEY (diary_id, agent_id),
  constraint diary_grants_check CHECK (((synced_version >= 0) AND (synced_version <= version))),
  constraint diary_grants_role_check CHECK ((role = ANY (ARRAY['reader'::text, 'writer'::text, 'manager'::text]))),
  constraint diary_grants_version_check CHECK ((version >= 1)),
  constraint diary_grants_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id),
  constraint diary_grants_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES agents(id),
  constraint diary_grants_diary_id_fkey FOREIGN KEY (diary_id) REFERENCES diaries(id)
);

create table embedding_models (
  id smallint not null generated always as identity,
  fingerprint text not null,
  name text not null,
  revision text not null,
  dtype text not null,
  semantic boolean not null,
  state text not null default 'filling'::text,
  created_at timestamp with time zone not null default now(),
  activated_at timestamp with time zone,
  constraint embedding_models_pkey PRIMARY KEY (id),
  constraint embedding_models_fingerprint_key UNIQUE (fingerprint),
  constraint embedding_models_state_check CHECK ((state = ANY (ARRAY['filling'::text, 'active'::text, 'retired'::text])))
);

create table embedding_tasks (
  entry_id uuid not null,
  state text not null default 'pending'::text,
  attempts integer not null default 0,
  error text,
  claim text,
  claimed_until timestamp with time zone,
  due_at timestamp with time zone not null default now(),
  created_at timestamp with time zone not null default now(),
  constraint embedding_tasks_pkey PRIMARY KEY (entry_id),
  constraint embedding_tasks_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'failed'::text]))),
  constraint embedding_tasks_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entries(id)
);

create table entries (
  id uuid not null,
  diary_id uuid not null,
  author_id uuid not null,
  author_key_id text not null,
  version integer not null default 1,
  type text not null,
  title text,
  content text,
  tags text[],
  importance smallint not null,
  salt text,
  content_hash text not null,
  request_hash text,
  created_at timestamp with time zone not null,
  revised_at timestamp with time zone not null,
  stored_at timestamp with time zone not null default now(),
  run_id text not null,
  superseded_by uuid,
  verdict text not null,
  duplicate_of uuid,
  text_hash text,
  erased_at timestamp with time zone,
  erased_by uuid,
  erased_because text,
  similarity_bands integer[],
  similarity_sketch integer[],
  similarity_facts text,
  body_commitment text,
  signature text,
  signature_key_id text,
  signed_at timestamp with time zone,
  signature_path jsonb,
  superseded_at timestamp with time zone,
  constraint entries_pkey PRIMARY KEY (id),
  constraint entries_body_commitment_check CHECK ((body_commitment ~ '^[0-9a-f]{64}$'::text)),
  constraint entries_check CHECK (((erased_at IS NULL) = (content IS NOT NULL))),
  constraint entries_check1 CHECK (((erased_at IS NULL) OR (num_nonnulls(title, tags, salt, text_hash, request_hash) = 0))),
  constraint entries_check2 CHECK (((erased_at IS NOT NULL) OR (num_nulls(title, tags, salt, text_hash, request_hash) = 0))),
  constraint entries_check3 CHECK (((verdict = 'new'::text) = (duplicate_of IS NULL))),
  constraint entries_check4 CHECK (((erased_at IS NULL) OR (num_nonnulls(similarity_bands, similarity_sketch, similarity_facts) = 0))),
  constraint entries_content_check CHECK (((char_length(content) >= 1) AND (char_length(content) <= 100000))),
  constraint entries_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint entries_importance_check CHECK (((importance >= 1) AND (importance <= 10))),
  constraint entries_path_of_signature CHECK (((signature_path IS NULL) OR (signature IS NOT NULL))),
  constraint entries_salt_check CHECK ((salt ~ '^[0-9a-f]{64}$'::text)),
  constraint entries_signature_check CHECK ((signature ~ '^[A-Za-z0-9+/]{86}==$'::text)),
  constraint entries_signature_path_check CHECK ((jsonb_typeof(signature_path) = 'object'::text)),
  constraint entries_signature_whole CHECK ((num_nulls(signature, signature_key_id, signed_at) = ANY (ARRAY[0, 3]))),
  constraint entries_signed_by_author CHECK ((signature_key_id = author_key_id)),
  constraint entries_tags_check CHECK ((cardinality(tags) <= 20)),
  constraint entries_text_hash_check CHECK ((text_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint entries_title_check CHECK ((char_length(title) <= 255)),
  constraint entries_type_check CHECK ((type = ANY (ARRAY['episodic'::text, 'semantic'::text, 'procedural'::text, 'reflection'::text]))),
  constraint entries_verdict_check CHECK ((verdict = ANY (ARRAY['new'::text, 'near_duplicate'::text, 'exact_duplicate'::text]))),
  constraint entries_version_check CHECK ((version >= 1)),
  constraint entries_author_id_fkey FOREIGN KEY (author_id) REFERENCES agents(id),
  constraint entries_author_key_id_fkey FOREIGN KEY (author_key_id) REFERENCES agent_keys(key_id),
  constraint entries_diary_id_fkey FOREIGN KEY (diary_id) REFERENCES diaries(id),
  constraint entries_erased_by_fkey FOREIGN KEY (erased_by) REFERENCES agents(id),
  constraint entries_signature_key_id_fkey FOREIGN KEY (signature_key_id) REFERENCES agent_keys(key_id),
  constraint entries_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES entries(id)
);

create table entry_embeddings (
  model_id smallint not null,
  entry_id uuid not null,
  diary_id uuid not null,
  chunk smallint not null default 0,
  text_hash text not null,
  truncated boolean not null default false,
  embedding vector(384) not null,
  computed_at timestamp with time zone not null default now(),
  constraint entry_embeddings_pkey PRIMARY KEY (model_id, entry_id, chunk),
  constraint entry_embeddings_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entries(id),
  constraint entry_embeddings_model_id_fkey FOREIGN KEY (model_id) REFERENCES embedding_models(id)
) partition by LIST (model_id);

create table entry_relations (
  id uuid not null,
  from_id uuid not null,
  to_id uuid not null,
  type text not null,
  status text not null,
  evidence jsonb not null default '{}'::jsonb,
  from_hash text not null,
  to_hash text not null,
  created_by uuid not null,
  request_hash text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint entry_relations_pkey PRIMARY KEY (id),
  constraint entry_relations_check CHECK ((from_id <> to_id)),
  constraint entry_relations_evidence_check CHECK ((jsonb_typeof(evidence) = 'object'::text)),
  constraint entry_relations_from_hash_check CHECK ((from_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint entry_relations_status_check CHECK ((status = ANY (ARRAY['proposed'::text, 'accepted'::text, 'rejected'::text, 'deleted'::text]))),
  constraint entry_relations_to_hash_check CHECK ((to_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint entry_relations_type_check CHECK ((type = ANY (ARRAY['supersedes'::text, 'elaborates'::text, 'contradicts'::text, 'supports'::text, 'caused_by'::text, 'references'::text, 'duplicates'::text]))),
  constraint entry_relations_created_by_fkey FOREIGN KEY (created_by) REFERENCES agents(id),
  constraint entry_relations_from_id_fkey FOREIGN KEY (from_id) REFERENCES entries(id),
  constraint entry_relations_to_id_fkey FOREIGN KEY (to_id) REFERENCES entries(id)
);

create table entry_search (
  entry_id uuid not null,
  diary_id uuid not null,
  superseded boolean not null,
  tokens integer not null,
  lexemes tsvector not null,
  constraint entry_search_pkey PRIMARY KEY (entry_id),
  constraint entry_search_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entries(id) ON DELETE CASCADE
);

create table entry_versions (
  entry_id uuid not null,
  version integer not null,
  type text not null,
  title text,
  content text,
  tags text[],
  importance smallint not null,
  salt text,
  content_hash text not null,
  author_key_id text not null,
  revised_at timestamp with time zone not null,
  replaced_at timestamp with time zone not null default now(),
  body_commitment text,
  constraint entry_versions_pkey PRIMARY KEY (entry_id, version),
  constraint entry_versions_body_commitment_check CHECK ((body_commitment ~ '^[0-9a-f]{64}$'::text)),
  constraint entry_versions_version_check CHECK ((version >= 1)),
  constraint entry_versions_author_key_id_fkey FOREIGN KEY (author_key_id) REFERENCES agent_keys(key_id),
  constraint entry_versions_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entries(id)
);

create table executors (
  id text not null,
  app_version text not null,
  host text not null,
  pid integer not null,
  queues text[] not null default '{}'::text[],
  started_at timestamp with time zone not null default now(),
  heartbeat_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  stopped_at timestamp with time zone,
  constraint executors_pkey PRIMARY KEY (id)
);

create table identities (
  id uuid not null,
  external_id text,
  schema_id text not null,
  traits jsonb not null,
  state text not null default 'active'::text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint identities_pkey PRIMARY KEY (id),
  constraint identities_external_id_key UNIQUE (external_id),
  constraint identities_external_id_check CHECK (((char_length(external_id) >= 1) AND (char_length(external_id) <= 64))),
  constraint identities_state_check CHECK ((state = ANY (ARRAY['active'::text, 'inactive'::text]))),
  constraint identities_traits_check CHECK ((jsonb_typeof(traits) = 'object'::text))
);

create table import_lines (
  import_id uuid not null,
  number integer not null,
  entry_id uuid,
  line text not null,
  constraint import_lines_pkey PRIMARY KEY (import_id, number),
  constraint import_lines_number_check CHECK ((number >= 1)),
  constraint import_lines_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id) ON DELETE CASCADE
);

create table imports (
  id uuid not null,
  diary_id uuid not null,
  agent_id uuid not null,
  created_at timestamp with time zone not null default now(),
  constraint imports_pkey PRIMARY KEY (id),
  constraint imports_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
);

create table invitations (
  id uuid not null,
  code_hash bytea not null,
  created_by uuid not null,
  reason text not null,
  max_uses integer not null,
  used integer not null default 0,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint invitations_pkey PRIMARY KEY (id),
  constraint invitations_code_hash_key UNIQUE (code_hash),
  constraint invitations_check CHECK (((used >= 0) AND (used <= max_uses))),
  constraint invitations_code_hash_check CHECK ((octet_length(code_hash) = 32)),
  constraint invitations_max_uses_check CHECK (((max_uses >= 1) AND (max_uses <= 10000))),
  constraint invitations_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 1000))),
  constraint invitations_created_by_fkey FOREIGN KEY (created_by) REFERENCES agents(id)
);

create table leases (
  name text not null,
  holder text not null,
  expires_at timestamp with time zone not null,
  constraint leases_pkey PRIMARY KEY (name)
);

create table log_checkpoints (
  size bigint not null,
  root bytea not null,
  epoch integer not null,
  note text not null,
  signed_at timestamp with time zone not null default now(),
  constraint log_checkpoints_pkey PRIMARY KEY (size),
  constraint log_checkpoints_root_check CHECK ((octet_length(root) = 32)),
  constraint log_checkpoints_size_check CHECK ((size >= 0)),
  constraint log_checkpoints_epoch_fkey FOREIGN KEY (epoch) REFERENCES log_keys(epoch)
);

create table log_head (
  only_one boolean not null default true,
  size bigint not null default 0,
  frontier bytea not null default '\x'::bytea,
  pos bigint not null default 0,
  refusal text,
  constraint log_head_pkey PRIMARY KEY (only_one),
  constraint log_head_only_one_check CHECK (only_one),
  constraint log_head_pos_check CHECK ((pos >= 0)),
  constraint log_head_size_check CHECK ((size >= 0))
);

create table log_heads (
  chain_id uuid not null,
  salt bytea not null,
  count bigint not null,
  last_leaf bytea not null,
  constraint log_heads_pkey PRIMARY KEY (chain_id),
  constraint log_heads_count_check CHECK ((count >= 1)),
  constraint log_heads_last_leaf_check CHECK ((octet_length(last_leaf) = 32)),
  constraint log_heads_salt_check CHECK ((octet_length(salt) = 32))
);

create table log_keys (
  epoch integer not null,
  origin text not null,
  public_key text not null,
  from_size bigint not null,
  change_note text,
  began_at timestamp with time zone not null default now(),
  constraint log_keys_pkey PRIMARY KEY (epoch),
  constraint log_keys_origin_public_key_key UNIQUE (origin, public_key),
  constraint log_keys_epoch_check CHECK ((epoch >= 1)),
  constraint log_keys_from_size_check CHECK ((from_size >= 0)),
  constraint log_keys_public_key_check CHECK ((public_key ~ '^ed25519:[A-Za-z0-9+/]{43}=$'::text))
);

create table log_leaves (
  leaf_index bigint not null,
  kind text not null,
  chain_id uuid not null,
  seq bigint not null,
  prev_leaf bytea,
  subject_id uuid not null,
  subject_hash bytea not null,
  author_key_id bytea not null,
  at timestamp with time zone not null,
  leaf_hash bytea not null,
  successor_id uuid,
  constraint log_leaves_pkey PRIMARY KEY (leaf_index),
  constraint log_leaves_chain_id_seq_key UNIQUE (chain_id, seq),
  constraint log_leaves_author_key_id_check CHECK ((octet_length(author_key_id) = 32)),
  constraint log_leaves_check CHECK (((prev_leaf IS NULL) = (seq = 1))),
  constraint log_leaves_leaf_hash_check CHECK ((octet_length(leaf_hash) = 32)),
  constraint log_leaves_leaf_index_check CHECK ((leaf_index >= 0)),
  constraint log_leaves_prev_leaf_check CHECK ((octet_length(prev_leaf) = 32)),
  constraint log_leaves_seq_check CHECK ((seq >= 1)),
  constraint log_leaves_subject_hash_check CHECK ((octet_length(subject_hash) = 32))
);

create table log_tiles (
  level smallint not null,
  tile bigint not null,
  hashes bytea not null,
  root bytea not null,
  constraint log_tiles_pkey PRIMARY KEY (level, tile),
  constraint log_tiles_hashes_check CHECK ((octet_length(hashes) = 8192)),
  constraint log_tiles_level_check CHECK ((level >= 0)),
  constraint log_tiles_root_check CHECK ((octet_length(root) = 32)),
  constraint log_tiles_tile_check CHECK ((tile >= 0))
);

create table oauth_clients (
  client_id text not null,
  secret_hash bytea not null,
  rotated_secret_hashes bytea[] not null default '{}'::bytea[],
  client_name text not null default ''::text,
  scope text not null default ''::text,
  audience text[] not null default '{}'::text[],
  grant_types text[] not null default '{client_credentials}'::text[],
  token_endpoint_auth_method text not null default 'client_secret_basic'::text,
  metadata jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint oauth_clients_pkey PRIMARY KEY (client_id),
  constraint oauth_clients_client_id_check CHECK (((char_length(client_id) >= 1) AND (char_length(client_id) <= 255))),
  constraint oauth_clients_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
  constraint oauth_clients_secret_hash_check CHECK ((octet_length(secret_hash) = 32)),
  constraint oauth_clients_token_endpoint_auth_method_check CHECK ((token_endpoint_auth_method = ANY (ARRAY['client_secret_basic'::text, 'client_secret_post'::text])))
);

create table oauth_tokens (
  token_hash bytea not null,
  client_id text not null,
  scope text not null,
  audience text[] not null,
  ext jsonb not null,
  issued_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint oauth_tokens_pkey PRIMARY KEY (token_hash),
  constraint oauth_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32)),
  constraint oauth_tokens_client_id_fkey FOREIGN KEY (client_id) REFERENCES oauth_clients(client_id) ON DELETE CASCADE
);

create table operator_actions (
  id uuid not null,
  actor_id uuid not null,
  action text not null,
  target text not null,
  reason text not null,
  before jsonb not null default '{}'::jsonb,
  after jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null default now(),
  constraint operator_actions_pkey PRIMARY KEY (id),
  constraint operator_actions_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 1000))),
  constraint operator_actions_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES agents(id)
);

create table outbox (
  id bigint not null generated always as identity,
  kind text not null,
  agent_id uuid not null,
  diary_id uuid,
  subject_id uuid not null,
  subject_hash text,
  data jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null default now(),
  pos bigint,
  constraint outbox_pkey PRIMARY KEY (id),
  constraint outbox_pos_key UNIQUE (pos)
);

create table outbox_head (
  only_one boolean not null default true,
  pos bigint not null default 0,
  constraint outbox_head_pkey PRIMARY KEY (only_one),
  constraint outbox_head_only_one_check CHECK (only_one),
  constraint outbox_head_pos_check CHECK ((pos >= 0))
);

create unlogged table rate_limits (
  key text not null,
  count integer not null default 1,
  window_ends timestamp with time zone not null,
  constraint rate_limits_pkey PRIMARY KEY (key),
  constraint rate_limits_count_check CHECK ((count >= 1)),
  constraint rate_limits_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 200)))
);

create table relation_tuples (
  namespace text not null,
  object text not null,
  relation text not null,
  subject_namespace text not null,
  subject_object text not null,
  subject_relation text not null,
  constraint relation_tuples_pkey PRIMARY KEY (namespace, object, relation, subject_namespace, subject_object, subject_relation)
);

create table sessions (
  id uuid not null default gen_random_uuid(),
  secret_hash bytea not null,
  agent_id uuid not null,
  auth_epoch integer not null,
  browser text not null default ''::text,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_secret_hash_key UNIQUE (secret_hash),
  constraint sessions_browser_check CHECK ((char_length(browser) <= 200)),
  constraint sessions_secret_hash_check CHECK ((octet_length(secret_hash) = 32)),
  constraint sessions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE
);

create table sign_in_links (
  link_hash bytea not null,
  agent_id uuid not null,
  auth_epoch integer not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint sign_in_links_pkey PRIMARY KEY (link_hash),
  constraint sign_in_links_link_hash_check CHECK ((octet_length(link_hash) = 32)),
  constraint sign_in_links_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE
);

create table signing_requests (
  id uuid not null,
  agent_id uuid not null,
  kind text not null,
  key_id text not null,
  entry_ids uuid[] not null default '{}'::uuid[],
  content_hashes text[] not null default '{}'::text[],
  message_hash text,
  signing_input text not null,
  state text not null default 'open'::text,
  reason text,
  signature text,
  request_hash text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  answered_at timestamp with time zone,
  constraint signing_requests_pkey PRIMARY KEY (id),
  constraint signing_requests_check CHECK ((expires_at > created_at)),
  constraint signing_requests_check1 CHECK ((cardinality(entry_ids) = cardinality(content_hashes))),
  constraint signing_requests_check2 CHECK (((kind = 'message'::text) = (message_hash IS NOT NULL))),
  constraint signing_requests_check3 CHECK (((state = 'signed'::text) = (signature IS NOT NULL))),
  constraint signing_requests_check4 CHECK (((state = 'void'::text) = (reason IS NOT NULL))),
  constraint signing_requests_entry_ids_check CHECK ((cardinality(entry_ids) <= 500)),
  constraint signing_requests_kind_check CHECK ((kind = ANY (ARRAY['entries'::text, 'message'::text]))),
  constraint signing_requests_message_hash_check CHECK ((message_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint signing_requests_signature_check CHECK ((signature ~ '^[A-Za-z0-9+/]{86}==$'::text)),
  constraint signing_requests_state_check CHECK ((state = ANY (ARRAY['open'::text, 'signed'::text, 'expired'::text, 'void'::text]))),
  constraint signing_requests_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id),
  constraint signing_requests_key_id_fkey FOREIGN KEY (key_id) REFERENCES agent_keys(key_id)
);

create table tuple_comparisons (
  id text not null,
  started_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  listed integer,
  missing integer,
  extra integer not null default 0,
  sample jsonb not null default '[]'::jsonb,
  error text,
  constraint tuple_comparisons_pkey PRIMARY KEY (id)
);

create table tuple_mirror (
  only_one boolean not null default true,
  last_run text not null default ''::text,
  failures integer not null default 0,
  failing_since timestamp with time zone,
  next_try_at timestamp with time zone not null default now(),
  last_error text,
  constraint tuple_mirror_pkey PRIMARY KEY (only_one),
  constraint tuple_mirror_failures_check CHECK ((failures >= 0)),
  constraint tuple_mirror_only_one_check CHECK (only_one)
);

create table tuple_sightings (
  comparison text not null,
  namespace text not null,
  object text not null,
  relation text not null,
  subject_namespace text not null,
  subject_object text not null,
  subject_relation text not null,
  constraint tuple_sightings_pkey PRIMARY KEY (comparison, namespace, object, relation, subject_namespace, subject_object, subject_relation),
  constraint tuple_sightings_comparison_fkey FOREIGN KEY (comparison) REFERENCES tuple_comparisons(id) ON DELETE CASCADE
);

create table used_assertions (
  jti_hash bytea not null,
  expires_at timestamp with time zone not null,
  constraint used_assertions_pkey PRIMARY KEY (jti_hash)
);

create table used_challenges (
  challenge_hash bytea not null,
  used_by uuid not null,
  expires_at timestamp with time zone not null,
  constraint used_challenges_pkey PRIMARY KEY (challenge_hash),
  constraint used_challenges_challenge_hash_check CHECK ((octet_length(challenge_hash) = 32))
);

CREATE UNIQUE INDEX agent_keys_present ON public.agent_keys USING btree (agent_id) WHERE (valid_until IS NULL);

CREATE INDEX agents_tuples_behind ON public.agents USING btree (id) WHERE (tuples_synced < tuples_version);

CREATE INDEX consolidation_runs_by_diary ON public.consolidation_runs USING btree (diary_id, started_at DESC, id DESC);

CREATE UNIQUE INDEX consolidation_runs_one_active ON public.consolidation_runs USING btree (diary_id) WHERE ((state = 'running'::text) AND (NOT dry_run));

CREATE INDEX diaries_by_owner ON public.diaries USING btree (owner_id, created_at DESC, id DESC) WHERE (deleted_at IS NULL);

CREATE INDEX diaries_consolidating ON public.diaries USING btree (id) WHERE ((deleted_at IS NULL) AND (policy @> '{"consolidation": {"enabled": true}}'::jsonb));

CREATE INDEX diaries_public ON public.diaries USING btree (id) WHERE ((visibility = 'public'::text) AND (deleted_at IS NULL));

CREATE INDEX diaries_tuples_behind ON public.diaries USING btree (id) WHERE (tuples_synced < tuples_version);

CREATE INDEX diary_grants_by_agent ON public.diary_grants USING btree (agent_id, diary_id) WHERE (role IS NOT NULL);

CREATE INDEX diary_grants_unsynced ON public.diary_grants USING btree (changed_at) WHERE (synced_version < version);

CREATE UNIQUE INDEX embedding_models_one_active ON public.embedding_models USING btree (state) WHERE (state = 'active'::text);

CREATE INDEX embedding_tasks_by_claim ON public.embedding_tasks USING btree (claim) WHERE (claim IS NOT NULL);

CREATE INDEX embedding_tasks_due ON public.embedding_tasks USING btree (due_at) WHERE (state = 'pending'::text);

CREATE INDEX entries_by_diary ON public.entries USING btree (diary_id, created_at DESC, id DESC);

CREATE INDEX entries_by_run ON public.entries USING btree (run_id);

CREATE INDEX entries_by_similarity ON public.entries USING gin (similarity_bands) WITH (fastupdate=off);

CREATE INDEX entries_by_successor ON public.entries USING btree (superseded_by) WHERE (superseded_by IS NOT NULL);

CREATE INDEX entries_by_text ON public.entries USING btree (diary_id, text_hash) WHERE (erased_at IS NULL);

CREATE INDEX entry_embeddings_by_diary ON ONLY public.entry_embeddings USING btree (diary_id);

CREATE INDEX entry_relations_by_target ON public.entry_relations USING btree (to_id);

CREATE UNIQUE INDEX entry_relations_once ON public.entry_relations USING btree (from_id, to_id, type) WHERE (status <> 'deleted'::text);

CREATE UNIQUE INDEX entry_relations_one_successor ON public.entry_relations USING btree (to_id) WHERE ((type = 'supersedes'::text) AND (status = 'accepted'::text));

CREATE INDEX entry_search_by_diary ON public.entry_search USING btree (diary_id, entry_id) INCLUDE (tokens);

CREATE INDEX entry_search_by_key ON public.entry_search USING gin (search_keys(lexemes, diary_id)) WITH (fastupdate='on', gin_pending_list_limit='4096');

CREATE INDEX executors_alive ON public.executors USING btree (expires_at) WHERE (stopped_at IS NULL);

CREATE INDEX import_lines_by_entry ON public.import_lines USING btree (import_id, entry_id, number) WHERE (entry_id IS NOT NULL);

CREATE INDEX invitations_by_time ON public.invitations USING btree (created_at DESC, id DESC);

CREATE INDEX log_leaves_by_subject ON public.log_leaves USING btree (subject_id, leaf_index);

CREATE INDEX oauth_tokens_by_client ON public.oauth_tokens USING btree (client_id, expires_at);

CREATE INDEX operator_actions_by_target ON public.operator_actions USING btree (target, at DESC);

CREATE INDEX operator_actions_by_time ON public.operator_actions USING btree (at DESC, id DESC);

CREATE INDEX outbox_by_diary ON public.outbox USING btree (diary_id, pos) WHERE (pos IS NOT NULL);

CREATE INDEX outbox_unsequenced ON public.outbox USING btree (id) WHERE (pos IS NULL);

CREATE INDEX rate_limits_by_end ON public.rate_limits USING btree (window_ends);

CREATE INDEX relation_tuples_by_subject ON public.relation_tuples USING btree (subject_namespace, subject_object, subject_relation, namespace, object, relation);

CREATE INDEX relation_tuples_sets ON public.relation_tuples USING btree (namespace, object, relation, subject_namespace, subject_object, subject_relation) WHERE (subject_relation <> ''::text);

CREATE INDEX sessions_by_agent ON public.sessions USING btree (agent_id, created_at);

CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expires_at);

CREATE INDEX sign_in_links_by_expiry ON public.sign_in_links USING btree (expires_at);

CREATE INDEX signing_requests_by_agent ON public.signing_requests USING btree (agent_id, created_at DESC, id DESC);

CREATE INDEX signing_requests_open ON public.signing_requests USING btree (expires_at) WHERE (state = 'open'::text);

CREATE INDEX signing_requests_settled ON public.signing_requests USING btree (created_at) WHERE (state <> 'open'::text);

CREATE INDEX used_assertions_by_expiry ON public.used_assertions USING btree (expires_at);

CREATE INDEX used_challenges_by_expiry ON public.used_challenges USING btree (expires_at);

CREATE OR REPLACE FUNCTION public.check_entry_tags()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare tag text;
    begin
      foreach tag in array coalesce(new.tags, '{}') loop
        if tag is null or char_length(tag) not between 1 and 128 then
          raise exception 'a tag of entry % is not 1 to 128 characters long', new.id using errcode = 'check_violation';
        end if;
      end loop;
      return new;
    end $function$;

CREATE OR REPLACE FUNCTION public.entry_lexemes(title text, tags text[], content text)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    select setweight(search_lexemes(title), 'A')
        || setweight(search_lexemes(array_to_string(tags, ' ')), 'B')
        || array_to_tsvector(array(select '#' || tag from unnest(tags) tag))
        || search_lexemes(content)
  $function$;

CREATE OR REPLACE FUNCTION public.insert_entry_search()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    insert into entry_search (entry_id, diary_id, superseded, tokens, lexemes)
    select new.id, new.diary_id, new.superseded_by is not null, length(lexemes), lexemes
      from entry_lexemes(new.title, new.tags, new.content) lexemes;
    return null;
  end $function$;

CREATE OR REPLACE FUNCTION public.keep_signed_entry()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
    end $function$;

CREATE OR REPLACE FUNCTION public.raise_tuples_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      new.tuples_version := old.tuples_version + 1;
      return new;
    end $function$;

CREATE OR REPLACE FUNCTION public.search_keys(lexemes tsvector, diary uuid)
 RETURNS bigint[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    select array(select (uuid_hash(diary)::bigint << 32) | (hashtext(lexeme)::bigint & 4294967295)
                   from unnest(tsvector_to_array(lexemes)) lexeme)
  $function$;

CREATE OR REPLACE FUNCTION public.search_lexemes(body text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
  declare
    words text := case when octet_length(body) > 250000 then left(body, 50000) else body end;
    pieces tsvector;
    humps text := '';
    whole text[];
    found tsvector;
  begin
    if words ~ '[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2600-\u27bf\u2e80-\u2fdf\u3005-\u3007\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U0001f000-\U0001faff\U00020000-\U0003ffff]' then
      pieces := search_pieces(words);
      words := regexp_replace(words, '[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2600-\u27bf\u2e80-\u2fdf\u3005-\u3007\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U0001f000-\U0001faff\U00020000-\U0003ffff]+', ' ', 'g');
    end if;
    if words ~ '[[:lower:][:digit:]][[:upper:]]|[[:upper:]]{2}[[:lower:]]' then
      select string_agg(word[1], ' ') into humps
        from regexp_matches(words, '[[:alnum:]]*(?:[[:lower:][:digit:]][[:upper:]]|[[:upper:]]{2}[[:lower:]])[[:alnum:]]*', 'g') word;
      humps := ' ' || regexp_replace(regexp_replace(humps, '([[:lower:][:digit:]])([[:upper:]])', '\1 \2', 'g'),
                                     '([[:upper:]])([[:upper:]][[:lower:]])', '\1 \2', 'g');
    end if;
    found := to_tsvector('pg_catalog.english', lower(regexp_replace(words, '[-_./@:<&+\\\u0080-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2000-\u206f\u20a0-\u20cf\u2190-\u25ff\u2800-\u2bff\u3000-\u3004\u3008-\u3030\ufe00-\ufe0f\uff00-\uff0f]', ' ', 'g') || humps));
    whole := array(select lower(left(word[1], 400))
                     from regexp_matches(words, '[[:alnum:]]+(?:[-_./@:+]+[[:alnum:]]+)+', 'g') word);
    if cardinality(whole) > 0 then
      found := found || array_to_tsvector(whole || array(
        select segment from (select substring(path from '/([^/]*[-_.@:+][^/]*)$') as segment from unnest(whole) path) s
         where segment is not null));
    end if;
    return case when pieces is null then found else found || pieces end;
  end $function$;

CREATE OR REPLACE FUNCTION public.search_pieces(body text)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    select string_agg(
             piece || ':' || at || case when pair then ' ' || piece || following || ':' || at else '' end, ' ')::tsvector
      from (select piece, following, least(n, 16383) as at, following <> ' ' as pair
              from (select piece, n, lead(piece) over (order by n) as following
                      from unnest(string_to_array(left((
                             select string_agg(run[1], ' ') from regexp_matches(body, '[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2600-\u27bf\u2e80-\u2fdf\u3005-\u3007\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U0001f000-\U0001faff\U00020000-\U0003ffff]+', 'g') run
                           ), 30000), null)) with ordinality pieces (piece, n)) pieces
             where piece <> ' ') pairs
  $function$;

CREATE OR REPLACE FUNCTION public.stamp_supersession()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      new.superseded_at := case when new.superseded_by is null then null else now() end;
      return new;
    end $function$;

CREATE OR REPLACE FUNCTION public.supersede_entry_search()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    update entry_search set superseded = new.superseded_by is not null where entry_id = new.id;
    return null;
  end $function$;

CREATE OR REPLACE FUNCTION public.update_entry_search()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    delete from entry_search where entry_id = new.id;
    if new.erased_at is null then
      insert into entry_search (entry_id, diary_id, superseded, tokens, lexemes)
      select new.id, new.diary_id, new.superseded_by is not null, length(lexemes), lexemes
        from entry_lexemes(new.title, new.tags, new.content) lexemes;
    end if;
    return null;
  end $function$;

CREATE TRIGGER agents_raise_tuples_version BEFORE UPDATE OF disabled_at ON public.agents FOR EACH ROW WHEN ((old.disabled_at IS DISTINCT FROM new.disabled_at)) EXECUTE FUNCTION raise_tuples_version();

CREATE TRIGGER diaries_raise_tuples_version BEFORE UPDATE OF owner_id, visibility, deleted_at ON public.diaries FOR EACH ROW WHEN ((((old.owner_id IS DISTINCT FROM new.owner_id) OR (old.visibility IS DISTINCT FROM new.visibility)) OR (old.deleted_at IS DISTINCT FROM new.deleted_at))) EXECUTE FUNCTION raise_tuples_version();

CREATE TRIGGER entries_check_tags BEFORE INSERT OR UPDATE OF tags ON public.entries FOR EACH ROW EXECUTE FUNCTION check_entry_tags();

CREATE TRIGGER entries_insert_search AFTER INSERT ON public.entries FOR EACH ROW WHEN ((new.erased_at IS NULL)) EXECUTE FUNCTION insert_entry_search();

CREATE TRIGGER entries_keep_signed BEFORE UPDATE ON public.entries FOR EACH ROW WHEN (((old.signature IS NOT NULL) OR (old.erased_at IS NOT NULL))) EXECUTE FUNCTION keep_signed_entry();

CREATE TRIGGER entries_keep_signed_rows BEFORE DELETE ON public.entries FOR EACH ROW WHEN (((old.signature IS NOT NULL) OR (old.erased_at IS NOT NULL))) EXECUTE FUNCTION keep_signed_entry();

CREATE TRIGGER entries_stamp_supersession BEFORE UPDATE OF superseded_by ON public.entries FOR EACH ROW WHEN ((old.superseded_by IS DISTINCT FROM new.superseded_by)) EXECUTE FUNCTION stamp_supersession();

CREATE TRIGGER entries_supersede_search AFTER UPDATE OF superseded_by ON public.entries FOR EACH ROW WHEN ((old.superseded_by IS DISTINCT FROM new.superseded_by)) EXECUTE FUNCTION supersede_entry_search();

CREATE TRIGGER entries_update_search AFTER UPDATE OF title, tags, content, diary_id ON public.entries FOR EACH ROW WHEN (((((old.title IS DISTINCT FROM new.title) OR (old.tags IS DISTINCT FROM new.tags)) OR (old.content IS DISTINCT FROM new.content)) OR (old.diary_id IS DISTINCT FROM new.diary_id))) EXECUTE FUNCTION update_entry_search();
