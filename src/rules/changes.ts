import { isDeepStrictEqual } from 'node:util';
import type { EntryType } from '@moltnet/protocol';
import type { NewEntry, RefusalReason } from './newEntry.js';

/** What a step that changes one row answers: run twice, the second is `already` with the same version. */
export type ChangeOutcome =
  { outcome: 'applied' | 'already'; version: number } | { outcome: 'refused'; reason: RefusalReason; message: string };

/** The fields of an entry that an edit may replace; what is absent stays. */
export interface EntryChanges {
  type?: EntryType | undefined;
  title?: string | undefined;
  content?: string | undefined;
  tags?: string[] | undefined;
  importance?: number | undefined;
}

/** An edit as a door hands it on: complete, so that running it twice changes once. */
export interface EntryEdit {
  entryId: string;
  agentId: string;
  authorKeyId: string;
  /** The version that the editor saw (If-Match); absent: whatever is there. */
  expectedVersion?: number | undefined;
  changes: EntryChanges;
  salt: string;
  revisedAt: string;
}

/** An edit that puts a new, signed entry in the place of the one that was edited. */
export interface Succession {
  entryId: string;
  agentId: string;
  expectedVersion?: number | undefined;
  successor: NewEntry;
  /** Of the relation between them. */
  relationId: string;
  runId: string;
}

export type Refused = Extract<ChangeOutcome, { outcome: 'refused' }>;

export function refused(reason: RefusalReason, message: string): Refused {
  return { outcome: 'refused', reason, message };
}

/** Whether the state already has every value of the changes. */
export function isAsChanged(state: object, changes: object): boolean {
  return Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    .every(([field, value]) => isDeepStrictEqual((state as Record<string, unknown>)[field], value));
}
