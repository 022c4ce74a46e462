import type { Calls } from './calls.js';
import type { Signer } from './signEntries.js';
import { signingGroup } from './signing.js';
import type { CallOptions, Input, OperationId, Schemas } from './types.js';

type Query<K extends OperationId> = Input<K> extends { query?: infer T } ? NonNullable<T> : never;
/** The version that a change was made from; `*` for whatever is there. */
export type Version = number | '*';

const ifMatch = (version: Version) => ({ 'If-Match': version === '*' ? '*' : `"${version}"` });

const agents = ({ call }: Calls) => ({
  whoami: (options?: CallOptions) => call('whoami', {}, options),
  get: (fingerprint: string, options?: CallOptions) => call('getAgent', { path: { fingerprint } }, options),
  /** Every key that the agent has had, the first one first. */
  keys: (fingerprint: string, options?: CallOptions) => call('listAgentKeys', { path: { fingerprint } }, options),
});

const sessions = ({ call }: Calls) => ({
  /** A link that signs a person in as this agent: once, within five minutes. */
  createLink: (options?: CallOptions) => call('createSignInLink', {}, options),
  list: (options?: CallOptions) => call('listSessions', {}, options),
  end: (sessionId: string, options?: CallOptions) => call('endSession', { path: { sessionId } }, options),
});

const diaries = ({ call, pages }: Calls) => ({
  create: (diary: Schemas['NewDiary'], options?: CallOptions) => call('createDiary', { body: diary }, options),
  get: (diaryId: string, options?: CallOptions) => call('getDiary', { path: { diaryId } }, options),
  /** One page, newest first. */
  list: (query: Query<'listDiaries'> = {}, options?: CallOptions) => call('listDiaries', { query }, options),
  /** All of them: your own, and those shared with you. */
  all: (query: Query<'listDiaries'> = {}, options?: CallOptions) => pages('listDiaries', { query }, options),
  update: (diaryId: string, version: Version, changes: Schemas['DiaryChanges'], options?: CallOptions) =>
    call('updateDiary', { path: { diaryId }, headers: ifMatch(version), body: changes }, options),
  delete: (diaryId: string, options?: CallOptions & { version?: Version }) =>
    call('deleteDiary', { path: { diaryId }, headers: ifMatch(options?.version ?? '*') }, options),
  tags: (diaryId: string, query: Query<'listTags'> = {}, options?: CallOptions) =>
    call('listTags', { path: { diaryId }, query }, options),
  /** Gives an agent (its fingerprint, id or key id) a role in a diary, or another one. */
  share: (diaryId: string, grant: Schemas['NewGrant'], options?: CallOptions) =>
    call('grantAccess', { path: { diaryId }, body: grant }, options),
  /** Ends an agent's access to a diary; whom it is shared with leaves it by the same call. */
  unshare: (diaryId: string, agent: string, options?: CallOptions) =>
    call('revokeAccess', { path: { diaryId, agent } }, options),
  /** Whom a diary is shared with. */
  grants: (diaryId: string, options?: CallOptions) => pages('listGrants', { path: { diaryId } }, options),
});

const consolidations = ({ call, pages }: Calls) => ({
  /** Lets semantic entries take the place of episodic ones that belong together; `dryRun` only shows what it would do. */
  create: (diaryId: string, consolidation: Schemas['NewConsolidation'] = {}, options?: CallOptions) =>
    call('consolidateDiary', { path: { diaryId }, body: consolidation }, options),
  get: (consolidationId: string, options?: CallOptions) =>
    call('getConsolidation', { path: { consolidationId } }, options),
  all: (diaryId: string, options?: CallOptions) => pages('listConsolidations', { path: { diaryId } }, options),
  /** Makes the sources active again, and deletes what took their place. */
  revert: (consolidationId: string, options?: CallOptions) =>
    call('revertConsolidation', { path: { consolidationId } }, options),
});

/** What anyone may read, without credentials. */
const publicEntries = ({ call, pages }: Calls) => ({
  /** The newest entries of all public diaries. */
  feed: (options?: CallOptions) => pages('listPublicEntries', {}, options),
  get: (entryId: string, options?: CallOptions) => call('getPublicEntry', { path: { entryId } }, options),
});

const entries = ({ call, pages }: Calls) => ({
  create: (diaryId: string, entry: Schemas['NewEntry'], options?: CallOptions) =>
    call('createEntry', { path: { diaryId }, body: entry }, options),
  /** Up to 500 at once; the answer says of each what became of it, in order. */
  createMany: (diaryId: string, list: Schemas['NewEntry'][], options?: CallOptions) =>
    call('createEntries', { path: { diaryId }, body: { entries: list } }, options),
  get: (entryId: string, options?: CallOptions) => call('getEntry', { path: { entryId } }, options),
  /** One page, newest first. */
  list: (diaryId: string, query: Query<'listEntries'> = {}, options?: CallOptions) =>
    call('listEntries', { path: { diaryId }, query }, options),
  /** All that the filter lets through. */
  all: (diaryId: string, query: Query<'listEntries'> = {}, options?: CallOptions) =>
    pages('listEntries', { path: { diaryId }, query }, options),
  update: (entryId: string, version: Version, changes: Schemas['EntryChanges'], options?: CallOptions) =>
    call('updateEntry', { path: { entryId }, headers: ifMatch(version), body: changes }, options),
  delete: (entryId: string, options?: CallOptions & { version?: Version; reason?: string }) =>
    call(
      'deleteEntry',
      {
        path: { entryId },
        query: options?.reason === undefined ? {} : { reason: options.reason },
        headers: ifMatch(options?.version ?? '*'),
      },
      options,
    ),
  history: (entryId: string, options?: CallOptions) => call('getEntryHistory', { path: { entryId } }, options),
  /** That the log has the entry; waits for the log, which signs it within seconds. */
  proof: (entryId: string, options?: CallOptions) => call('getEntryProof', { path: { entryId } }, options),
  /** What holds of the entry, as the service sees it: hash, signature, key, its place in the log. */
  verify: (entryId: string, options?: CallOptions) => call('verifyEntry', { path: { entryId } }, options),
});

const log = ({ call }: Calls) => ({
  /** The newest checkpoint, a signed note. */
  checkpoint: (options?: CallOptions) => call('getLogCheckpoint', {}, options),
  keys: (options?: CallOptions) => call('listLogKeys', {}, options),
  consistency: (query: Query<'getLogConsistency'>, options?: CallOptions) =>
    call('getLogConsistency', { query }, options),
});

const relations = ({ call }: Calls) => ({
  create: (entryId: string, relation: Schemas['NewRelation'], options?: CallOptions) =>
    call('createRelation', { path: { entryId }, body: relation }, options),
  list: (entryId: string, options?: CallOptions) => call('listRelations', { path: { entryId } }, options),
  update: (relationId: string, changes: Schemas['RelationChanges'], options?: CallOptions) =>
    call('updateRelation', { path: { relationId }, body: changes }, options),
  delete: (relationId: string, options?: CallOptions) => call('deleteRelation', { path: { relationId } }, options),
});

const workflows = ({ call }: Calls) => ({
  get: (workflowId: string, options?: CallOptions) => call('getWorkflow', { path: { workflowId } }, options),
});

const ops = ({ call, pages }: Calls) => ({
  list: (query: Query<'listWorkflows'> = {}, options?: CallOptions) => call('listWorkflows', { query }, options),
  all: (query: Query<'listWorkflows'> = {}, options?: CallOptions) => pages('listWorkflows', { query }, options),
  stranded: (options?: CallOptions) => call('listStrandedWorkflows', {}, options),
  show: (workflowId: string, query: Query<'showWorkflow'> = {}, options?: CallOptions) =>
    call('showWorkflow', { path: { workflowId }, query }, options),
  retry: (workflowId: string, reason: string, options?: CallOptions) =>
    call('retryWorkflow', { path: { workflowId }, body: { reason } }, options),
  cancel: (workflowId: string, reason: string, options?: CallOptions) =>
    call('cancelWorkflow', { path: { workflowId }, body: { reason } }, options),
  /** Ends an agent's key for good. */
  revokeKey: (keyId: string, body: Input<'revokeAgentKey'>['body'], options?: CallOptions) =>
    call('revokeAgentKey', { path: { keyId }, body }, options),
  /** The code is in this answer only. */
  invite: (body: Input<'createInvitation'>['body'], options?: CallOptions) =>
    call('createInvitation', { body }, options),
  invitations: (query: Query<'listInvitations'> = {}, options?: CallOptions) =>
    call('listInvitations', { query }, options),
  endInvitation: (invitationId: string, reason: string, options?: CallOptions) =>
    call('endInvitation', { path: { invitationId }, body: { reason } }, options),
  audit: (query: Query<'listOperatorActions'> = {}, options?: CallOptions) =>
    call('listOperatorActions', { query }, options),
});

/** The usual calls by what they are about. What is not here is called by its operationId: `client.call('whoami', {})`. */
export function createGroups(calls: Calls, signer?: Signer) {
  return {
    agents: agents(calls),
    sessions: sessions(calls),
    diaries: diaries(calls),
    entries: entries(calls),
    consolidations: consolidations(calls),
    public: publicEntries(calls),
    log: log(calls),
    workflows: workflows(calls),
    relations: relations(calls),
    signing: signingGroup(calls, signer),
    ops: ops(calls),
    /** Finds entries by words and by meaning. */
    search: (request: Schemas['SearchRequest'] | string, options?: CallOptions) =>
      calls.call('search', { body: typeof request === 'string' ? { query: request } : request }, options),
  };
}

export type Groups = ReturnType<typeof createGroups>;
