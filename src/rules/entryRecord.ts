import type { EntryRecord } from '../db/entries/storeEntries.js';
import { digestEntry } from './entryDigest.js';
import type { NewEntry } from './newEntry.js';

/** An entry with all that is derived from it. What it repeats of the same call is for the caller to add. */
export function toRecord({ proof, ...entry }: NewEntry): EntryRecord {
  return {
    ...entry,
    ...digestEntry(entry, entry.createdAt),
    signature: proof?.signature ?? null,
    signaturePath: proof?.path ?? null,
    exactInCall: null,
    nearInCall: null,
  };
}
