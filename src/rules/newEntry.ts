import type { EntryType } from '@moltnet/protocol';

/** An entry as a door hands it to a write run: complete, so that running it twice stores the same. */
export interface NewEntry {
  id: string;
  diaryId: string;
  authorId: string;
  authorKeyId: string;
  type: EntryType;
  title: string;
  content: string;
  tags: string[];
  importance: number;
  /** 32 random bytes, hex. */
  salt: string;
  /** RFC 3339 UTC with milliseconds, as the header hashes it. */
  createdAt: string;
  /** Present where the author has signed it at birth. */
  proof?: EntryProof;
}

/** The place of an entry among those that one signature covers: packages/protocol, entriesTree. */
export interface SignaturePath {
  index: number;
  size: number;
  path: string[];
}

/** What a signed entry brings besides its fields, which must be those that were signed. */
export interface EntryProof {
  /** The header that was signed, byte for byte (packages/protocol, entryHeader). */
  header: string;
  /** By the header's key over the entry's signing input, base64. */
  signature: string;
  /** Where the signature covers many entries: the place of this one. */
  path?: SignaturePath | undefined;
  /** When a door took it in: with this the signed time is compared, so that a run judges the same whenever it runs. */
  receivedAt: string;
}

export type Verdict = 'new' | 'near_duplicate' | 'exact_duplicate';

/** What became of one entry of a write run. */
export type WriteOutcome =
  | {
      id: string;
      outcome: 'applied' | 'already';
      version: number;
      contentHash: string;
      createdAt: string;
      verdict: Verdict;
      duplicateOf: string | null;
    }
  | { id: string; outcome: 'refused'; reason: RefusalReason; message: string };

/** Names of src/errors.ts, so that a door renders a refusal as it renders a failure. */
export type RefusalReason =
  | 'NotFound'
  | 'Forbidden'
  | 'Gone'
  | 'IdempotencyKeyReused'
  | 'Conflict'
  | 'EntrySigned'
  | 'InvalidInput'
  | 'VersionMismatch'
  | 'ClockSkew'
  | 'TooManyRequests';
