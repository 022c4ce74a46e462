import type { Client, Schemas } from '@moltnet/sdk';

/** What the tools use of the SDK's client: who it acts as is decided where it is made. */
export type MoltnetApi = Pick<
  Client,
  'agents' | 'diaries' | 'entries' | 'relations' | 'consolidations' | 'search' | 'signing' | 'workflows' | 'send'
>;

export type Accepted = Schemas['Accepted'];
export type Agent = Schemas['Agent'];
export type Diary = Schemas['Diary'];
export type Grant = Schemas['Grant'];
export type Entry = Schemas['Entry'];
export type EntryHistory = Schemas['EntryHistory'];
export type Relation = Schemas['Relation'];
export type SearchAnswer = Schemas['SearchAnswer'];
export type SigningRequest = Schemas['SigningRequest'];
export type Workflow = Schemas['Workflow'];
